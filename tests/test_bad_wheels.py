"""What is no plugin, or no whole one, is refused alike by whoever looks at it: inspecting, installing, checking."""

import errno
import shutil
import stat
import zipfile

import pytest
from dihya_tests.packing import packed

COMMANDS = {
    "inspect": (("plugins", "inspect", "{}"), 1),
    "install": (("plugins", "install", "--yes", "{}"), 1),
    "check": (("check", "{}"), 2),
}


def added(wheel, name, content="x", mode=stat.S_IFREG):
    """Add a file to a wheel, behind the back of its RECORD."""
    with zipfile.ZipFile(wheel, "a", zipfile.ZIP_DEFLATED) as archive:
        item = zipfile.ZipInfo(name)
        item.external_attr, item.compress_type = (mode | 0o644) << 16, zipfile.ZIP_DEFLATED
        archive.writestr(item, content)
    return wheel


def text(folder):
    """A file that is none."""
    path = folder / "dihya_club-1.0-py3-none-any.whl"
    path.write_text("hello")
    return path


def cut(folder):
    """A download that ended early."""
    wheel = packed(folder, "club", {"service.py": "A = 1\n" * 400})
    wheel.write_bytes(wheel.read_bytes()[:300])
    return wheel


def bomb(folder):
    """A small file that grows to what fills a disk."""
    return added(packed(folder, "club"), "dihya_club/zeros.bin", b"\0" * (201 << 20))


WHEELS = {
    "no archive": (text, "cannot be unpacked"),
    "cut off": (cut, "cannot be unpacked"),
    "changed": (lambda folder: packed(folder, "club", changed={"dihya_club/__init__.py": "x"}), "RECORD says"),
    "a file beside": (lambda folder: added(packed(folder, "club"), "start.pth"), "RECORD says"),
    "a path that leads out": (lambda folder: added(packed(folder, "club"), "../x.py"), "not a plain file of its own"),
    "a link": (
        lambda folder: added(packed(folder, "club"), "dihya_club/x", "/etc/passwd", stat.S_IFLNK),
        "not a plain file of its own",
    ),
    "a bomb": (bomb, "unpacks to more than 200 MB"),
    "two plugins": (lambda folder: packed(folder, "club", points="more = dihya_more\n"), "declares 2 entry points"),
    "another contract": (
        lambda folder: packed(folder, "club", requires=["dihya-hookspecs>=3,<4"]),
        "is written for dihya-hookspecs",
    ),
    "no contract": (lambda folder: packed(folder, "club", requires=[]), "requires no dihya-hookspecs"),
    "what is missing": (
        lambda folder: packed(folder, "club", requires=["dihya-hookspecs>=2,<3", "nowhere-to-be-found>=4"]),
        "pip install 'nowhere-to-be-found>=4'",
    ),
    "a requirement that is none": (
        lambda folder: packed(folder, "club", requires=["dihya-hookspecs>=2,<3", "no such thing"]),
        "cannot be read",
    ),
    "nothing": (lambda folder: folder / "dihya_club-1.0-py3-none-any.whl", "club-1.0-py3-none-any.whl"),
}


@pytest.fixture(scope="module")
def wheels(tmp_path_factory):
    """Each wheel, written once."""
    return {name: make(tmp_path_factory.mktemp("wheel")) for name, (make, _) in WHEELS.items()}


@pytest.fixture
def app(make_app, tmp_path, monkeypatch):
    """An application that is set up, as far as it asks for that; its environment is a folder that is looked at."""
    (tmp_path / "site").mkdir()
    monkeypatch.setattr("sysconfig.get_path", lambda *_, **__: str(tmp_path / "site"))
    return make_app("plugins", "tests", "keys", "storage")


@pytest.mark.parametrize("command", COMMANDS)
@pytest.mark.parametrize("what", WHEELS)
def test_a_bad_wheel_is_refused_in_one_message(what, command, app, wheels, tmp_path):
    """The exit code says so, there is no traceback, and nothing of the wheel is left anywhere."""
    words, code = COMMANDS[command]
    before = sorted(path for path in app.data.rglob("*") if path.is_file())
    result = app.cli(*(word.format(wheels[what]) for word in words))
    assert result.exit_code == code or (what == "nothing" and result.exit_code == 2)
    assert WHEELS[what][1] in result.output and "Traceback" not in result.output
    assert not list((tmp_path / "site").iterdir())
    after = sorted(path for path in app.data.rglob("*") if path.is_file())
    assert [path.name for path in after if path not in before] in ([], ["install.lock"])


@pytest.mark.parametrize("command", COMMANDS)
def test_a_full_disk_is_said_and_leaves_nothing(command, app, tmp_path, monkeypatch):
    """Wherever the wheel is copied to."""

    def full(*_, **__):
        raise OSError(errno.ENOSPC, "No space left on device")

    wheel = packed(tmp_path, "club")
    monkeypatch.setattr(shutil, "copy", full)
    words, _ = COMMANDS[command]
    result = app.cli(*(word.format(wheel) for word in words))
    assert result.exit_code != 0 and "No space left on device" in result.output and "Traceback" not in result.output
    assert not list((tmp_path / "site").iterdir())
