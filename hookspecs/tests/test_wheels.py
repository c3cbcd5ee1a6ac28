"""A plugin's wheel: what is refused before anything of it runs."""

import stat
import zipfile

import pytest
from dihya_hookspecs import Invalid
from dihya_hookspecs.i18n import Text
from dihya_hookspecs.wheels import ORDER, Wheel, demand_requirements, digest, inspected, opened, recorded
from dihya_tests.packing import packed


def test_a_whole_wheel_says_what_it_is(tmp_path):
    """Name, version, requirements and digest are read, and nothing is run or unpacked."""
    wheel = inspected(packed(tmp_path, "notes", {"models.py": "raise SystemExit\n"}, version="1.2"))
    assert (wheel.name, wheel.version, wheel.distribution) == ("notes", "1.2", "dihya-notes")
    assert wheel.requires == ("dihya-hookspecs>=2,<3",) and len(wheel.sha256) == 64
    assert [path.name for path in tmp_path.iterdir()] == ["dihya_notes-1.2-py3-none-any.whl"]


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"dihya_notes/__init__.py": "changed"}, "is not what the wheel's RECORD says"),
        ({"dihya_notes/more.py": "unlisted"}, "is not what the wheel's RECORD says"),
        ({"notes.pth": "import os"}, "is not what the wheel's RECORD says"),
        ({"other-1.dist-info/METADATA": "Name: other"}, "has 2 folders of metadata"),
        ({"dihya_notes-1.0.dist-info/RECORD": b"\xff\xfe"}, "RECORD cannot be read"),
        ({"dihya_notes-1.0.dist-info/RECORD": ""}, "is not what the wheel's RECORD says"),
    ],
)
def test_a_wheel_is_what_its_record_says(tmp_path, changed, words):
    """A wheel that somebody changed, or that brings a start file, is refused."""
    with pytest.raises(Invalid, match=words):
        inspected(packed(tmp_path, changed=changed))


@pytest.mark.parametrize("name", ["notes.whl", "dihya_notes-1.2-cp311-cp311-linux_x86_64.whl"])
def test_a_wheel_for_one_machine_is_refused(tmp_path, name):
    """By its name alone."""
    with pytest.raises(Invalid, match=r"not the name of a wheel|py3-none-any"):
        inspected(tmp_path / name)


@pytest.mark.parametrize("cut", [0, 10, 200, -30])
def test_a_wheel_that_was_cut_off_is_refused(tmp_path, cut):
    """Wherever the download ended."""
    wheel = packed(tmp_path)
    wheel.write_bytes(wheel.read_bytes()[:cut])
    with pytest.raises(Invalid, match="cannot be unpacked"):
        inspected(wheel)


def test_a_wheel_whose_bytes_were_damaged_is_refused(tmp_path):
    """A damage inside of a compressed file is found too."""
    wheel = packed(tmp_path, files={"long.py": "# a line\n" * 500})
    content = bytearray(wheel.read_bytes())
    at = content.index(b"dihya_notes/long.py") + len("dihya_notes/long.py")
    content[at : at + 8] = b"\xff" * 8
    wheel.write_bytes(content)
    with pytest.raises(Invalid, match="cannot be unpacked"):
        inspected(wheel)


@pytest.mark.parametrize(
    ("entry", "mode", "words"),
    [
        ("../outside.py", stat.S_IFREG, "is not a plain file of its own"),
        ("/etc/outside.py", stat.S_IFREG, "is not a plain file of its own"),
        ("notes\\..\\outside.py", stat.S_IFREG, "is not a plain file of its own"),
        ("dihya_notes/link.py", stat.S_IFLNK, "is not a plain file of its own"),
        ("DIHYA_notes/__init__.py", stat.S_IFREG, "holds a file twice"),
    ],
)
def test_an_archive_holds_plain_files_of_its_own(tmp_path, entry, mode, words):
    """A path that leads out, a link, and two files that are one on some disks are refused, and nothing is unpacked."""
    wheel = packed(tmp_path)
    with zipfile.ZipFile(wheel, "a") as archive:
        item = zipfile.ZipInfo(entry)
        item.external_attr = (mode | 0o644) << 16
        archive.writestr(item, "x")
    with pytest.raises(Invalid, match=words):
        inspected(wheel)


@pytest.mark.parametrize(("limit", "words"), [("LARGEST", "unpacks to more than"), ("MOST", "holds more than 3 files")])
def test_an_archive_that_grows_is_refused(tmp_path, monkeypatch, limit, words):
    """Before it fills the disk or the memory."""
    monkeypatch.setattr(f"dihya_hookspecs.wheels.{limit}", 3)
    with pytest.raises(Invalid, match=words), opened(packed(tmp_path)):
        pass


@pytest.mark.parametrize(
    ("points", "words"),
    [
        ("more = dihya_notes\n", "declares 2 entry points in 'dihya.plugins'"),
        ("[console_scripts]\npip = dihya_notes:x\n", "also declares 'console_scripts' 'pip'"),
        ("[pytest11]\nx = dihya_notes.fixtures\n", "also declares 'pytest11' 'x'"),
        ("[dihya.after]\nkeys = os\n", "also declares 'dihya.after' 'keys'"),
        ("no entry point at all\n", "metadata of .* cannot be read"),
    ],
)
def test_a_plugin_brings_nothing_but_itself(tmp_path, points, words):
    """No second plugin, no program, nothing that others load, and no entry point into somebody else's code."""
    with pytest.raises(Invalid, match=words):
        inspected(packed(tmp_path, points=points))


def test_who_looks_says_what_else_may_be_declared(tmp_path):
    """Whoever checks the kit lets pytest find its fixtures; they lie in the plugin itself."""
    wheel = packed(tmp_path, points="[pytest11]\nx = dihya_notes.fixtures\n[dihya.after]\nkeys = dihya_notes\n")
    assert inspected(wheel, (*ORDER, "pytest11")).name == "notes"
    with pytest.raises(Invalid, match="also declares 'pytest11'"):
        inspected(packed(tmp_path, points="[pytest11]\nx = dihya_notess.fixtures\n"), (*ORDER, "pytest11"))


def test_a_refusal_can_be_said_in_french(tmp_path):
    """The reason is there in both languages, for whoever reads it later."""
    with pytest.raises(Invalid) as error:
        inspected(tmp_path / "notes.whl")
    reason = error.value.params["reason"]
    assert isinstance(reason, Text) and "n’est pas le nom d’une archive" in reason.fr


@pytest.mark.parametrize(
    ("requires", "python", "words"),
    [
        (["no-such-package>=1"], "", "run pip install 'no-such-package>=1'"),
        (["flask>=99"], "", "pip install 'flask>=99' \\(there is"),
        (["dihya-nothere"], "", "pip install 'dihya-nothere'"),
        ([], ">=99", "needs Python >=99"),
        (["no such thing"], "", "cannot be read"),
    ],
)
def test_what_is_missing_is_said_with_the_command_that_brings_it(tmp_path, requires, python, words):
    """Nothing is fetched by the check itself."""
    with pytest.raises(Invalid, match=words):
        demand_requirements(Wheel(tmp_path, "notes", "1", "", tuple(requires), python))


def test_what_another_system_requires_is_not_missing(tmp_path):
    """What only another system or an extra requires is not missing."""
    lines = ('no-such; sys_platform == "other"', 'no-such; extra == "test"', "flask>=3")
    demand_requirements(Wheel(tmp_path, "notes", "1", "", lines, ">=3.11"))


def test_a_record_gives_the_digest_of_each_file():
    """A file without a digest has an empty one; names with a comma are quoted."""
    assert recorded('a.py,sha256=x,1\n"b,c.py",,\n') == {"a.py": "sha256=x", "b,c.py": ""}
    assert digest(b"") == "sha256=47DEQpj8HBSa-_TImW-5JCeuQeRkm5NMpJWZG3hSuFU"
