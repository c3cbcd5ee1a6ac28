"""A distribution gives defaults that people and operators may change, and locks others."""

import pytest
from dihya_core.settings.distributed import Distribution, ensure_free, installed, locks_plugins, switches
from dihya_core.settings.reading import read
from dihya_hookspecs import Invalid
from dihya_hookspecs.settings import Said

TEXT = """
name = "club-suite"
version = "1.2"
locked = ["toy.colour"]
[settings.toy]
colour = "red"
picture = "{distribution}/logo.svg"
count = 3
"""


@pytest.fixture
def club(tmp_path):
    """The file of a distribution, as it lies in an environment."""
    path = tmp_path / "share" / "distribution.toml"
    path.parent.mkdir()
    path.write_text(TEXT)
    return installed(path)


@pytest.mark.parametrize("locked", [True, False])
def test_where_it_locks_which_plugins_run_nobody_switches_one(locked):
    """They are told who decides; nothing is written that would stop the next start. What is only a default is kept."""
    said = Distribution("club-suite 1.2", {"plugins": {"disable": ["seo"]}}, ("plugins.disable",) if locked else ())
    found = read(None, [], environ={}, distribution=said)
    assert switches(found) == {"disable": ["seo"]}
    if not locked:
        assert locks_plugins(found) is None
        return ensure_free(found)
    with pytest.raises(Invalid, match="'club-suite 1.2' decides which plugins run") as error:
        ensure_free(found)
    assert (error.value.code, error.value.status) == ("locked", 409)


def test_an_environment_without_the_file_is_none(tmp_path):
    """Nobody has to be a distribution."""
    assert installed(tmp_path / "distribution.toml") is None


@pytest.mark.parametrize("text", ["name = ", 'name = "suite"'])
def test_a_damaged_file_stops_the_start_in_one_sentence(tmp_path, text):
    """What a distribution locks would be open otherwise; the file and what to do are named."""
    (tmp_path / "distribution.toml").write_text(text)
    with pytest.raises(Invalid, match="distribution.toml is damaged .* install the distribution again"):
        installed(tmp_path / "distribution.toml")


def test_what_it_says_stands_below_what_the_operator_says(club, tmp_path):
    """Its values are there with its name as their source; a file, a variable and an option stand above them."""
    (tmp_path / "dihya.toml").write_text("[toy]\ncount = 5\n")
    found = read(tmp_path / "dihya.toml", ["toy"], environ={}, distribution=club)
    assert found.plain("toy") == {"colour": "red", "picture": f"{tmp_path}/share/logo.svg", "count": 5}
    assert (found.sections["toy"]["colour"].source, found.distribution) == ("club-suite 1.2", "club-suite 1.2")
    assert found.faults == []


@pytest.mark.parametrize(
    ("environ", "overrides", "source"), [({"DIHYA_TOY_COLOUR": "blue"}, (), "DIHYA_TOY_COLOUR"), ({}, ["toy.colour=blue"], "--set")]
)  # fmt: skip
def test_what_it_locks_is_nobody_elses(club, environ, overrides, source):
    """Whoever says it, in whatever place, is told where and by whom it is locked, and nothing starts."""
    found = read(None, ["toy"], environ=environ, overrides=overrides, distribution=club)
    (fault,) = found.faults
    assert str(fault) == (
        f"{source}: toy.colour: expected no other value than 'club-suite 1.2' gives, which locks it, got another; take it out"
    )


def test_a_plugin_that_it_speaks_of_and_that_is_gone_is_a_warning(club):
    """What a distribution says of a plugin that was uninstalled stops no start, as what a file says."""
    found = read(None, ["other"], environ={}, distribution=club)
    assert found.faults == [] and "club-suite 1.2: [toy] names 'toy', which is not installed" in found.warnings[0]


def test_people_may_change_its_defaults_and_not_what_it_locks(club):
    """Each value says that it is the distribution's, and which of them are free."""
    found = read(None, ["toy"], environ={"DIHYA_TOY_SIZE": "3"}, distribution=club)
    said = Said("distribution", "club-suite 1.2")
    assert found.said("toy") == {
        "colour": said, "picture": said, "count": said, "size": Said("variable", "DIHYA_TOY_SIZE")
    }  # fmt: skip
    assert found.free("toy") == {"picture", "count"}
