"""The column *monitored*, as far as it reads."""

from contextlib import nullcontext
from types import SimpleNamespace

import pytest
from dihya_hookspecs import hookimpl
from dihya_hookspecs.ops import HealthCheck
from dihya_tests.suite.columns import monitored


@pytest.mark.parametrize(
    ("handler", "state"),
    [
        ("except Exception:\n    pass", "failed"),
        ("except:\n    ...", "failed"),
        ("except BaseException:\n    'never mind'", "failed"),
        ("except KeyError:\n    pass", "passed"),
        ("except Exception as error:\n    log.warning('%s', error)", "passed"),
        ("except Exception:\n    raise", "passed"),
    ],
)
def test_an_error_that_nobody_hears_of_is_seen(handler, state, written):
    """An expected one may pass in silence, and every other one is told."""
    assert monitored.swallowing(written(service=f"try:\n    f()\n{handler}")).state == state


@pytest.fixture
def broken():
    """Asks whether a plugin of an application notices that something is broken."""

    def ask(app, name):
        plugin = SimpleNamespace(name=name, running=lambda *others: nullcontext(app), tables=lambda: [])
        return monitored.notices(plugin)

    return ask


def test_a_plugin_without_tables_may_notice_what_stands_before_it(make_app, broken):
    """A proxy of which nobody told the application is what breaks for one that keeps nothing."""
    found = broken(make_app("middleware"), "middleware")
    assert (found.state, found.data["damage"]) == ("passed", "an unknown proxy sends its requests")


def test_a_check_that_is_always_well_is_seen(make_app, broken):
    """All that was broken is listed, in both languages."""
    calm = SimpleNamespace(
        register_health_checks=hookimpl(lambda: HealthCheck("calm.all", lambda: "well")),
        __name__="dihya_calm",
        __doc__="Calm.",
    )
    found = broken(make_app(plugins={"calm": calm}), "calm")
    assert found.state == "failed"
    assert found.evidence.en.endswith("its tables are gone, its folders are gone, the database is damaged")
    assert "un proxy inconnu lui envoie ses requêtes, ses tables ont disparu" in found.evidence.fr


def _raises():
    raise RuntimeError("nobody administers")


@pytest.mark.parametrize(("critical", "state", "warnings"), [(True, "failed", 0), (False, "passed", 1)])
def test_what_an_operator_has_yet_to_do_is_a_warning(critical, state, warnings, make_app):
    """A check that is not critical may say so in a fresh application; it is no sign that something broken is noticed."""
    check = HealthCheck("eager.all", _raises, critical=critical)
    eager = SimpleNamespace(register_health_checks=hookimpl(lambda: check), __name__="dihya_eager", __doc__="Eager.")
    app = make_app(plugins={"eager": eager})
    plugin = SimpleNamespace(name="eager", running=lambda *others: nullcontext(app), tables=lambda: [], files={})
    found = monitored.health(plugin)
    assert (found.state, len(found.data.get("warnings", ()))) == (state, warnings)
    assert "eager.all: RuntimeError: nobody administers" in found.evidence.en
    said = monitored.notices(plugin)
    assert (said.state, said.evidence.en) == ("failed", "no check is well before anything is broken")
