"""A wheel is looked through before anything of it is unpacked."""

import zipfile

import pytest
from dihya_hookspecs import Invalid
from dihya_tests.suite.target import built
from dihya_tests.suite.wheel import Wheel, demand_requirements, inspected


@pytest.fixture
def wheel(petit, folder, tmp_path):
    """The wheel of a small plugin."""
    return built(folder(petit), tmp_path)


@pytest.fixture
def changed(wheel, tmp_path):
    """Writes the wheel again, with other files and another name."""

    def write(name=None, **files):
        path = tmp_path / "changed" / (name or wheel.name)
        path.parent.mkdir(exist_ok=True)
        with zipfile.ZipFile(wheel) as old, zipfile.ZipFile(path, "w") as new:
            for one in old.namelist():
                new.writestr(one, old.read(one))
            for one, text in files.items():
                new.writestr(one.replace("__", "/"), text)
        return path

    return write


def test_it_says_what_it_is(wheel):
    """Name, version, requirements, Python."""
    found = inspected(wheel)
    assert (found.name, found.version, found.python) == ("petit", "0.1.0", ">=3.11")


@pytest.mark.parametrize(
    ("name", "files", "sentence"),
    [
        ("petit.whl", {}, "is not the name of a wheel"),
        ("dihya_petit-0.1.0-cp311-cp311-linux_x86_64.whl", {}, "is not for every Python"),
        ("dihya_petit-0.2.0-py3-none-any.whl", {}, "comes in package 'dihya-petit' 0.1.0"),
        (None, {"other__x.py": ""}, "is not what the wheel's RECORD says"),
        (None, {"..__x.py": ""}, "is not a plain file of its own"),
        (None, {"other-1.dist-info__METADATA": ""}, "has 2 folders of metadata"),
    ],
)
def test_what_is_not_one_whole_plugin_is_refused(name, files, sentence, changed):
    """In one sentence."""
    with pytest.raises(Invalid, match=sentence):
        inspected(changed(name, **files))


PYTEST = '\n[project.entry-points.pytest11]\nx = "{place}"\n'


def test_what_pytest_finds_in_the_package_itself_is_its_own(petit, folder, tmp_path):
    """Such as the kit, which gives authors fixtures."""
    petit["pyproject.toml"] += PYTEST.format(place="dihya_petit.fixtures")
    assert inspected(built(folder(petit), tmp_path)).name == "petit"


@pytest.mark.parametrize("place", ["dihya_petits.fixtures", "os:path"])
def test_what_pytest_would_find_elsewhere_is_refused(place, petit, folder, tmp_path):
    """It would run code of others in every test run."""
    petit["pyproject.toml"] += PYTEST.format(place=place)
    with pytest.raises(Invalid, match="also declares 'pytest11' 'x'"):
        inspected(built(folder(petit), tmp_path))


@pytest.mark.parametrize(
    ("requires", "python", "sentence"),
    [
        (("no-such-library>=1",), "", "run pip install 'no-such-library>=1'"),
        (("pytest>=900",), "", r"pip install 'pytest>=900' \(there is"),
        ((), ">=9", "needs Python >=9"),
        (("not a requirement",), "", "cannot be read"),
    ],
)
def test_what_is_missing_here_is_said(requires, python, sentence, wheel):
    """With the command that gets it."""
    with pytest.raises(Invalid, match=sentence):
        demand_requirements(Wheel(wheel, "petit", "1", requires, python))


def test_what_another_machine_needs_is_not_missing(wheel):
    """A marker that is not true here, and extras."""
    demand_requirements(Wheel(wheel, "petit", "1", ("no-such>=1; sys_platform == 'plan9'", "no-such>=1; extra == 'x'")))
