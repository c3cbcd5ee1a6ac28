"""Keys and fingerprints."""

from concurrent.futures import ThreadPoolExecutor

from dihya_generation_logs.marks import Keys


def test_mark(tmp_path):
    """The same words give the same mark with the same key, and another with another."""
    keys = Keys(tmp_path / "a")
    assert keys.mark("un  club\n") == keys.mark("un club") != keys.mark("deux clubs")
    assert Keys(tmp_path / "b").mark("un club") != keys.mark("un club")


def test_private(tmp_path):
    """Keys are readable by their owner only, and nothing else is left in the folder."""
    keys = Keys(tmp_path)
    keys.mark("x")
    keys.signer()
    assert {path.name: path.stat().st_mode & 0o777 for path in tmp_path.iterdir()} == {
        "generation_logs.key": 0o600, "generation_logs_ed25519.pem": 0o600,
    }  # fmt: skip


def test_one_key(tmp_path):
    """Many at once make one key."""
    with ThreadPoolExecutor(8) as pool:
        assert len(set(pool.map(lambda _: Keys(tmp_path).mark("x"), range(32)))) == 1
