"""Which files come along, and what of the configuration does."""

from __future__ import annotations

from dihya_backup.loose import claimed, files, portable


def test_everything_that_nobody_claims_comes_along(tmp_path):
    """Also files of a plugin that says nothing, in any depth; links do not."""
    for name in ("keys/a", "logs/x.log", "logs/deep/y", "strange/place/z", "dihya.db-wal"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text("x")
    (tmp_path / "link").symlink_to("/etc/hostname")
    found = [name for name, _ in files(tmp_path, ["logs/*", "dihya.db*"])]
    assert found == ["keys/a", "strange/place/z"]


def test_patterns_take_what_lies_deeper():
    """A star takes slashes too, and nothing of a sister folder."""
    assert claimed("logs/a/b", ["logs/*"])
    assert not claimed("logs2/a", ["logs/*"])


def test_what_belongs_to_a_machine_stays_there():
    """Places and addresses go, everything else and its comments stay."""
    text = (
        '# ours\n[dihya]\ndata = "/srv"\ntrip_after = 3\n[db]\nurl = "x"\necho = true\n[wsgi]\nport = 1\n'
        "[audit]\n# why\norigin = 'a'\n"
    )
    found = portable(text, {"db": ("url",), "wsgi": ("*",), "storage": ("url",)})
    assert found == "# ours\n[dihya]\ntrip_after = 3\n[db]\necho = true\n[audit]\n# why\norigin = 'a'\n"
