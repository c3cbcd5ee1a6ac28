"""Bringing a plugin in: what is refused before anything is changed."""

import re

import pytest
from dihya_core.settings.configuration import Value
from dihya_hookspecs import Invalid, NotFound
from dihya_hookspecs.wheels import Wheel
from dihya_plugins.installation import check_names, check_new, install, put_back, resume
from dihya_plugins.removal import ensure_removable
from dihya_plugins.swap import alone

PYPROJECT = """[project]
name = "dihya-{name}"
version = "1.2"
dependencies = ["dihya-hookspecs>=2,<3"]
[project.entry-points."dihya.plugins"]
{name} = "dihya_{name}"
[build-system]
requires = ["uv_build>=0.13,<0.14"]
build-backend = "uv_build"
"""


@pytest.fixture
def folder(tmp_path):
    """Return a function that writes the folder of a plugin of a name."""

    def make(name):
        package = tmp_path / name / "src" / f"dihya_{name}"
        package.mkdir(parents=True)
        (package / "__init__.py").write_text(f'"""{name}."""\n')
        (tmp_path / name / "pyproject.toml").write_text(PYPROJECT.format(name=name))
        return tmp_path / name

    return make


@pytest.mark.parametrize(
    ("name", "bearer"),
    [
        ("dpo", "a shared role"),
        ("people", "a command of plugin 'securite'"),
        ("serve", "a command of plugin 'wsgi'"),
        ("doctor", "a command of the core"),
        ("health", "an address of plugin 'wsgi'"),
        ("dihya", "a section of dihya.toml"),
        ("db_pool", "the beginning of variable 'DIHYA_DB_POOL"),
        ("core", "the name 'core' is taken by dihya-core, which is another package"),
        ("hookspecs", "the name 'hookspecs' is taken by dihya-hookspecs, which is another package"),
    ],
)
def test_a_name_that_the_application_uses_is_refused(make_app, folder, name, bearer):
    """Before anything is changed; the application itself is asked, so nothing is forgotten. The message says whose it is."""
    with pytest.raises(Invalid, match=re.escape(bearer)) as refusal:
        install(folder(name), make_app("securite", "wsgi").hooks)
    assert refusal.value.status == 409 and repr(name) in refusal.value.message


def test_a_name_that_nobody_bears_is_free(make_app):
    """Inside of an act, as in a request, and outside, as on the command line; a taken one is refused in both."""
    app = make_app("i18n")
    check_new(app.hooks, "notes")
    with app.act():
        check_new(app.hooks, "notes")
        with pytest.raises(Invalid, match="'I18n', which is the plugin 'i18n'; generate it under another name"):
            check_new(app.hooks, "I18n")


@pytest.mark.parametrize("spelling", ["dihya-club", "Dihya_Club", "dihya.club"])
def test_a_newer_version_comes_however_the_package_of_the_older_one_is_spelled(make_app, placed, spelling):
    """It is one package for every index, and what lies there of it is found."""
    site = placed("club")
    metadata = site / "dihya_club-1.0.dist-info" / "METADATA"
    metadata.write_text(metadata.read_text().replace("dihya-club", spelling))
    runtime = make_app("club", tables=False).hooks
    newer = Wheel(site / "club.whl", "club", "2.0", "dihya_club-2.0.dist-info")
    assert check_names(newer, runtime, site) == ["dihya_club", "dihya_club-1.0.dist-info"]


def test_who_changes_plugins_does_not_change_itself(make_app, folder):
    """Neither in nor out: whatever interrupts that, nobody would be there to mend it; the message says what does it."""
    runtime = make_app("plugins").hooks
    for change in (lambda: install(folder("plugins"), runtime), lambda: ensure_removable("plugins", runtime)):
        with pytest.raises(Invalid, match="pip install --upgrade dihya-plugins"):
            change()


def test_whoever_does_not_agree_stops_before_anything_runs(make_app, folder):
    """The code is looked through by then, and nothing is in the environment."""
    app = make_app()
    told = []

    def refuse(parcel):
        told.append((parcel.name, parcel.generated))
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        install(folder("notes"), app.hooks, agree=refuse)
    assert told == [("notes", False)] and not resume(app.hooks)


def test_two_installations_at_a_time_are_one_too_many(make_app, folder):
    """The second is told, and changes nothing."""
    app = make_app()
    with alone(app.hooks.data), pytest.raises(Invalid, match="another installation is under way"):
        install(folder("notes"), app.hooks)


def test_what_is_not_kept_is_not_put_back(make_app):
    """The message names the plugin."""
    with pytest.raises(NotFound, match="nothing is kept of a plugin 'notes'"):
        put_back("notes", make_app().hooks)


def test_where_a_distribution_decides_which_plugins_run_none_comes_and_none_goes(make_app, folder, monkeypatch):
    """Neither by a folder, nor by what is kept, nor by taking one out: the next start would refuse what was done in spite of it."""
    runtime = make_app("i18n").hooks
    found = runtime.configuration
    said = {**found.sections, "plugins": {"disable": Value(["seo"], "club-suite 1.2", False)}}
    monkeypatch.setattr(found, "distribution", "club-suite 1.2")
    monkeypatch.setattr(found, "sections", said)
    for change in (lambda: install(folder("club"), runtime), lambda: ensure_removable("i18n", runtime)):
        with pytest.raises(Invalid, match="'club-suite 1.2' decides which plugins run, and locks it") as refused:
            change()
        assert (refused.value.code, refused.value.status) == ("locked", 409)
