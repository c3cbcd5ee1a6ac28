"""What comes from outside: what is refused before anything of it runs."""

import os
import stat
import zipfile

import pytest
from dihya_hookspecs import DihyaError, Invalid
from dihya_plugins import packages
from dihya_plugins.packages import received

PYPROJECT = """[project]
name = "{distribution}"
version = "1.2"
requires-python = ">=3.11"
dependencies = ["dihya-hookspecs>=2,<3"]
{more}
[project.entry-points."dihya.plugins"]
{point}

[build-system]
requires = ["uv_build>=0.13,<0.14"]
build-backend = "uv_build"
"""
WHOLE = PYPROJECT.format(distribution="dihya-notes", point='notes = "dihya_notes"', more="")


@pytest.fixture
def write(tmp_path):
    """Return a function that writes the folder of a plugin."""

    def make(text=None, *, distribution="dihya-notes", point='notes = "dihya_notes"', more="", package="dihya_notes"):
        folder = tmp_path / "notes"
        (folder / "src" / package).mkdir(parents=True)
        (folder / "src" / package / "__init__.py").write_text('"""Notes."""\n')
        text = PYPROJECT.format(distribution=distribution, point=point, more=more) if text is None else text
        (folder / "pyproject.toml").write_text(text)
        return folder

    return make


@pytest.fixture
def work(tmp_path):
    folder = tmp_path / "work"
    folder.mkdir()
    return folder


@pytest.mark.parametrize("distribution", ["dihya-notes", "Dihya_Notes", "dihya.notes"])
def test_every_spelling_of_the_name_is_the_name(write, work, distribution):
    """As package indexes see it. What is built is a copy: the folder of the author stays as it is."""
    folder = write(distribution=distribution)
    before = sorted(folder.rglob("*"))
    parcel = received(folder, work)
    assert (parcel.name, parcel.version, parcel.distribution) == ("notes", "1.2", "dihya-notes")
    assert sorted(folder.rglob("*")) == before


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("[project", "cannot be read"),
        ("[tool.x]\n", "no \\[project\\] with a name"),
        ('[project]\nname = "x"\n', "is not built by uv_build"),
        (WHOLE.replace('"uv_build"', '"bk"'), "is not built by uv_build"),
        (WHOLE + 'backend-path = ["."]\n', "without backend-path"),
    ],
)
def test_a_folder_whose_own_code_would_run_while_it_is_built_is_refused(write, work, text, words):
    """A folder that cannot be read, or whose own code would run while it is built, is refused."""
    with pytest.raises(Invalid, match=words):
        received(write(text), work)


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"distribution": "mdurl", "package": "mdurl"}, "holds 'mdurl'"),
        ({"distribution": "flask", "more": '[tool.uv.build-backend]\nmodule-name = "dihya_notes"'}, "call the package"),
        ({"point": ""}, "declares 0 entry points"),
        ({"point": 'notes = "dihya_notes"\nmore = "dihya_notes"'}, "declares 2 entry points"),
        ({"point": 'notes = "other"'}, "is not a name such as 'notes'"),
        ({"point": 'Notes = "dihya_Notes"'}, "is not a name such as 'notes'"),
        ({"more": '[project.scripts]\npip = "dihya_notes:x"'}, "also declares 'console_scripts' 'pip'"),
        ({"more": '[project.entry-points.pytest11]\nx = "dihya_notes"'}, "also declares 'pytest11' 'x'"),
        ({"more": '[tool.uv.build-backend.data]\nscripts = "src"'}, "notes-1.2.data"),
    ],
)
def test_what_is_more_than_one_plugin_is_refused(write, work, changed, words):
    """Its package, its metadata, and nothing else: no other package, no script, nothing that others load."""
    with pytest.raises(Invalid, match=words):
        received(write(**changed), work)


def test_a_link_is_refused(write, work):
    """Wherever it leads: what it shows would be packed."""
    folder = write()
    (folder / "src" / "dihya_notes" / "shadow.txt").symlink_to("/etc/hostname")
    with pytest.raises(Invalid, match=r"'src/dihya_notes/shadow.txt' is a link"):
        received(folder, work)


def test_a_pipe_is_refused(write, work):
    """Reading it would never end."""
    folder = write()
    os.mkfifo(folder / "src" / "dihya_notes" / "pipe")
    with pytest.raises(DihyaError, match="cannot be copied"):
        received(folder, work)


@pytest.mark.parametrize("name", ["nothing", "nothing.zip", "dihya-notes.tar.gz"])
def test_a_bare_word_is_never_a_package_of_an_index(tmp_path, work, name):
    """A name that is neither folder nor file is refused."""
    with pytest.raises(Invalid, match="is no plugin; give its folder"):
        received(tmp_path / name, work)


@pytest.mark.parametrize(
    ("entry", "mode", "words"),
    [
        ("../outside.py", stat.S_IFREG, "is not a plain file of its own"),
        ("/etc/outside.py", stat.S_IFREG, "is not a plain file of its own"),
        ("notes\\..\\outside.py", stat.S_IFREG, "is not a plain file of its own"),
        ("notes/link.py", stat.S_IFLNK, "is not a plain file of its own"),
        ("NOTES/pyproject.toml", stat.S_IFREG, "holds a file twice"),
    ],
)
def test_an_archive_holds_plain_files_of_its_own(write, tmp_path, work, entry, mode, words):
    """Nothing is unpacked otherwise."""
    path = tmp_path / "notes.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("notes/pyproject.toml", "")
        item = zipfile.ZipInfo(entry)
        item.external_attr = (mode | 0o644) << 16
        archive.writestr(item, "x")
    with pytest.raises(Invalid, match=words):
        received(path, work)
    assert not list(tmp_path.rglob("outside.py"))


def test_an_archive_that_grows_is_refused(tmp_path, work, monkeypatch):
    """Before it fills the disk; so is one that is none."""
    monkeypatch.setattr("dihya_hookspecs.wheels.LARGEST", 1000)
    with zipfile.ZipFile(tmp_path / "notes.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("notes/pyproject.toml", "#" * 1001)
    with pytest.raises(Invalid, match="unpacks to more than"):
        received(tmp_path / "notes.zip", work)
    (tmp_path / "bad.zip").write_bytes(b"PK\x03\x04 and nothing")
    with pytest.raises(Invalid, match="cannot be unpacked"):
        received(tmp_path / "bad.zip", work)


def test_what_can_belong_to_a_plugin_is_copied_and_nothing_else(write, tmp_path):
    """Neither the history of its author, nor what Python compiled; the provenance of a generated one goes along."""
    folder = write()
    for path in (".git/config", "src/dihya_notes/__pycache__/x.pyc", ".dihya/provenance.json"):
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_text("x")
    packages._copy(folder, tmp_path / "copy")
    found = {
        path.relative_to(tmp_path / "copy").as_posix() for path in (tmp_path / "copy").rglob("*") if path.is_file()
    }
    assert found == {"pyproject.toml", "src/dihya_notes/__init__.py", ".dihya/provenance.json"}
