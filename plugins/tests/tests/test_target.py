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


EXEMPT = '\n[tool.dihya.check]\nexempt = {{ "{name}" = "{reason}" }}\n'


def test_an_exemption_has_a_check_and_a_reason(petit, folder, place):
    """It stands in the project's own file, where everybody reads it."""
    petit["pyproject.toml"] += EXEMPT.format(name="extensible.face", reason="it draws maps")
    assert resolve(str(folder(petit)), place).exempt == {"extensible.face": "it draws maps"}


DECLARED = "\n[tool.dihya.check]\n{said}\n"


def test_a_large_suite_says_how_long_it_takes(petit, folder, place):
    """Where nothing is said, its tests have 100 seconds."""
    assert resolve(str(folder(petit)), place).seconds == 100
    petit["pyproject.toml"] += DECLARED.format(said="seconds = 400")
    again = place / "again"
    again.mkdir()
    assert resolve(str(folder(petit)), again).seconds == 400


@pytest.mark.parametrize(
    ("said", "sentence"),
    [
        ("seconds = 901", "gives its tests 901 seconds; say a number from 1 to 900"),
        ("seconds = true", "gives its tests True seconds"),
        ("second = 40", "says 'second'; it knows 'exempt' and 'seconds'"),
    ],
)
def test_a_time_that_is_none_and_a_misspelt_word_are_refused(said, sentence, petit, folder, place):
    """What is declared without effect would look as if it had one."""
    petit["pyproject.toml"] += DECLARED.format(said=said)
    with pytest.raises(Invalid, match=sentence):
        resolve(str(folder(petit)), place)


@pytest.mark.parametrize(
    ("name", "reason", "sentence"),
    [("extensible.beauty", "why", "which is no check"), ("extensible.face", " ", "gives no reason")],
)
def test_an_exemption_of_nothing_or_without_a_reason_is_refused(name, reason, sentence, petit, folder, place):
    """A misspelt one would exempt nothing and look as if it did."""
    petit["pyproject.toml"] += EXEMPT.format(name=name, reason=reason)
    with pytest.raises(Invalid, match=sentence):
        resolve(str(folder(petit)), place)
