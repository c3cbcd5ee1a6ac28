"""What is checked: a folder, a wheel, an installed plugin, and what is refused."""

import re
import zipfile
from pathlib import Path

import pytest
from dihya_hookspecs import DihyaError, Invalid
from dihya_tests.suite.target import resolve


@pytest.fixture
def place(tmp_path):
    place = tmp_path / "place"
    place.mkdir()
    return place


def test_a_folder_becomes_a_wheel_and_a_copy(petit, folder, place):
    """What is checked is the copy; the wheel has a digest."""
    target = resolve(str(folder(petit)), place)
    assert (target.name, target.parcel.version) == ("petit", "0.1.0")
    assert re.fullmatch("[0-9a-f]{64}", target.parcel.sha256)
    assert (target.source / "tests" / "test_models.py").is_file()
    assert re.fullmatch("[0-9a-f]{64}", target.sources_sha256)


def test_a_wheel_stands_for_itself(petit, folder, place, tmp_path):
    """It has no sources, unless they are named."""
    made = folder(petit)
    wheel = resolve(str(made), place).parcel.path
    again = tmp_path / "again"
    again.mkdir()
    alone = resolve(str(wheel), again)
    assert alone.source is None and alone.sources_sha256 == ""
    more = tmp_path / "more"
    more.mkdir()
    assert resolve(str(wheel), more, tests=made).source is not None


def test_an_installed_plugin_is_found_by_its_name(place):
    """One that runs from its folder is built from there."""
    target = resolve("keys", place)
    assert target.name == "keys"
    assert target.parcel.path.suffix == ".whl"


@pytest.mark.parametrize(
    ("said", "sentence"),
    [
        ("nothing-here", "is neither a folder, nor a wheel, nor an installed plugin; installed: .*keys"),
        ("empty", "it has no pyproject.toml"),
        ("corrupt.whl", "is not the name of a wheel"),
        ("dihya_petit-0.1.0-py3-none-any.whl", "cannot be unpacked: File is not a zip file"),
    ],
)
def test_what_is_no_plugin_is_refused_in_one_sentence(said, sentence, place, tmp_path, monkeypatch):
    """It says what was given."""
    monkeypatch.chdir(tmp_path)
    Path("empty").mkdir()
    for name in ("corrupt.whl", "dihya_petit-0.1.0-py3-none-any.whl"):
        Path(name).write_bytes(b"PK no")
    with pytest.raises(DihyaError, match=sentence):
        resolve(said, place)


@pytest.mark.parametrize(
    ("old", "new", "sentence"),
    [
        ('petit = "dihya_petit"', 'petit = "dihya_petit"\nother = "dihya_other"', "declares 2 entry points"),
        ("dihya-hookspecs>=2,<3", "dihya-hookspecs>=3,<4", "is written for dihya-hookspecs"),
        ('"dihya-hookspecs>=2,<3", ', "", "requires no dihya-hookspecs"),
        ("sqlalchemy>=2.1,<3", "no-such-library>=1", "needs what is missing in this environment"),
    ],
)
def test_a_plugin_that_cannot_run_here_is_refused(old, new, sentence, petit, folder, place):
    """Two of them in one, another contract, a requirement that nobody has."""
    petit["pyproject.toml"] = petit["pyproject.toml"].replace(old, new)
    with pytest.raises(DihyaError, match=sentence):
        resolve(str(folder(petit)), place)


def test_a_wheel_with_another_byte_is_refused(petit, folder, place, tmp_path):
    """RECORD has the digest of each file."""
    wheel = resolve(str(folder(petit)), place).parcel.path
    forged = tmp_path / wheel.name
    with zipfile.ZipFile(wheel) as old, zipfile.ZipFile(forged, "w") as new:
        for name in old.namelist():
            new.writestr(name, old.read(name) + (b"# more\n" if name.endswith("models.py") else b""))
    with pytest.raises(Invalid, match=r"models\.py' is not what the wheel's RECORD says"):
        resolve(str(forged), tmp_path / "place")


READS = '\n[tool.dihya.check.folders]\nSMALL_MODEL = "a model"\n'


@pytest.mark.parametrize(
    ("give", "there", "given"),
    [(["SMALL_MODEL"], True, True), ([], True, False), (["SMALL_MODEL"], False, False), (["HOME"], True, False)],
)
def test_a_folder_is_given_when_it_is_declared_named_and_there(give, there, given, petit, folder, place, monkeypatch):
    """No plugin takes a folder of this machine by declaring it, and nobody gives one that is not asked for."""
    model = place.parent / "model"
    if there:
        model.mkdir()
    monkeypatch.setenv("SMALL_MODEL", str(model))
    petit["pyproject.toml"] += READS
    assert resolve(str(folder(petit)), place, give=give).folders == ({"SMALL_MODEL": str(model)} if given else {})
