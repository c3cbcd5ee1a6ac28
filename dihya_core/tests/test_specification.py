"""Hooks that plugins publish themselves."""

from __future__ import annotations

import importlib
import re
import sys
from pathlib import Path
from types import SimpleNamespace

import pytest
from dihya_hookspecs import Invalid, hookimpl, hookspec
from dihya_hookspecs.app import Plugins

from dihya_core import create_app

EXTENDING = Path(__file__).parents[2] / "docs" / "extending.md"


def spec(name, *arguments, **policy):
    """Return a hook with these arguments."""
    scope = {}
    exec(f"def {name}({', '.join(arguments)}):\n    'A hook.'", scope)  # noqa: S102
    return hookspec(**policy)(scope[name])


def publisher(*specs):
    return SimpleNamespace(**{item.__name__: item for item in specs})


def implementer(*functions, **options):
    return SimpleNamespace(**{item.__name__: hookimpl(**options)(item) for item in functions})


@pytest.fixture
def start(tmp_path):
    """Return a function that starts an application with these plugins alone."""

    def begin(**plugins):
        return create_app(only=[], plugins=plugins, given={"dihya": {"data": str(tmp_path)}}, environ={}).runtime

    return begin


def reason(runtime, name):
    return runtime.plugins[name].reason


@pytest.mark.parametrize("names", [("loans", "fines"), ("zoo", "fines"), ("archive", "fines")])
def test_a_plugin_publishes_a_hook_and_another_implements_it(start, names):
    """The order of loading does not matter, and the answers carry the name of the plugin."""
    lender, other = names
    hook = f"{lender}_said"

    def said(book):
        return f"{book} is late"

    said.__name__ = hook
    runtime = start(**{lender: publisher(spec(hook, "book", kind="collect", result=str)), other: implementer(said)})
    assert runtime.call(hook, book="Nedjma") == [(other, "Nedjma is late")]
    assert runtime.plugins[other].hooks == (hook,)


def test_what_has_an_attribute_of_every_name_publishes_nothing(start):
    """A plugin of one module may import SQLAlchemy's ``func``."""
    from sqlalchemy import func

    assert start(loans=SimpleNamespace(func=func, __doc__="Loans.")).plugins["loans"].state == "active"


def test_the_policy_of_a_hook_holds_for_those_of_plugins(start):
    """A wrong answer of a guard refuses, as with the guards of the contract."""
    from dihya_hookspecs import Refused

    def loans_refusal(book):
        return 42

    hook = spec("loans_refusal", "book", kind="veto", result=str, on_error="deny")
    runtime = start(loans=publisher(hook), fines=implementer(loans_refusal))
    with pytest.raises(Refused, match="'fines' could not decide in 'loans_refusal'"):
        runtime.call("loans_refusal", book="Nedjma")


def test_a_failure_in_a_plugins_hook_is_counted_by_name(start):
    """Failures of an isolated hook trip the plugin that fails, and nobody else."""

    def loans_lent():
        raise ValueError("no")

    runtime = start(loans=publisher(spec("loans_lent", kind="notify")), fines=implementer(loans_lent))
    for _ in range(5):
        runtime.call("loans_lent")
    assert {info.name: info.state for info in runtime.all()} == {"loans": "active", "fines": "tripped"}


def test_a_hook_under_a_name_that_is_not_the_plugins_quarantines_it(start):
    """A hook is named after its plugin."""
    runtime = start(loans=publisher(spec("on_lent", kind="notify")))
    assert reason(runtime, "loans") == "plugin 'loans' publishes hook 'on_lent'; what 'loans' owns is named 'loans_…'"


def test_one_hook_has_one_publisher(start):
    """Where two names fit, the plugin that was there first keeps it, and the other is told whose it is."""
    hook = spec("loans_back_late", kind="notify")
    runtime = start(loans=publisher(hook), loans_back=publisher(hook))
    assert reason(runtime, "loans_back").endswith("'loans_back_late', which is plugin 'loans''s; choose another name")
    assert runtime.plugins["loans"].state == "active"


@pytest.mark.parametrize(
    ("policy", "said"),
    [
        ({"kind": "shout"}, "kind='shout'; write one of"),
        ({"kind": "notify", "on_error": "pray"}, "on_error='pray'; write one of"),
    ],
)
def test_a_policy_that_does_not_exist_quarantines_the_publisher(start, policy, said):
    """The reason names what may be written."""
    assert said in reason(start(loans=publisher(spec("loans_lent", **policy))), "loans")


def test_a_file_stands_for_one_hook(start):
    """A plugin cannot take a place in which answers to another hook are found."""
    hook = spec("loans_rights", kind="collect", on_error="quarantine", found=("permissions:PERMISSIONS",))
    assert "where 'register_permissions' is found" in reason(start(loans=publisher(hook)), "loans")


def test_a_hook_of_a_plugin_that_is_absent_is_a_fault_that_names_it(start):
    """The reason says which plugin would publish it, and how to do without."""

    def loans_lent(book): ...

    said = reason(start(fines=implementer(loans_lent)), "fines")
    assert "unknown hook 'loans_lent'" in said
    assert (
        "plugin 'loans', which would publish it, is not installed; without it, say '@hookimpl(optionalhook=True)'"
        in said
    )


def test_an_optional_hook_of_a_plugin_that_is_absent_is_no_fault(start):
    """The plugin runs, and the hook is not among those that it implements."""

    def loans_lent(book): ...

    runtime = start(fines=implementer(loans_lent, optionalhook=True))
    assert (runtime.plugins["fines"].state, runtime.plugins["fines"].hooks) == ("active", ())


def test_an_optional_hook_that_is_there_is_checked_like_any_other(start):
    """Optional is the publisher, not the arguments."""

    def loans_lent(title): ...

    runtime = start(
        loans=publisher(spec("loans_lent", "book", kind="notify")), fines=implementer(loans_lent, optionalhook=True)
    )
    assert "asks for 'title' in 'loans_lent'" in reason(runtime, "fines")


def test_a_publisher_that_cannot_run_takes_its_hooks_with_it(start):
    """Who needs them is told that it is quarantined; who does not goes on."""

    def needs(book): ...

    def on_nothing(): ...

    def loans_lent(book): ...

    needs.__name__ = "loans_lent"

    broken = SimpleNamespace(loans_lent=spec("loans_lent", "book", kind="notify"), on_nothing=hookimpl(on_nothing))
    runtime = start(loans=broken, fines=implementer(needs), library=implementer(loans_lent, optionalhook=True))
    assert "'loans', which would publish it, is quarantined" in reason(runtime, "fines")
    assert runtime.plugins["library"].state == "active"
    with pytest.raises(LookupError, match="plugin 'loans', which would publish it, is quarantined"):
        runtime.call("loans_lent", book="Nedjma")


def test_a_publisher_that_is_taken_out_later_takes_its_hooks_with_it(start):
    """After a quarantine in a running application nobody is called through its hooks."""
    heard = []

    def loans_lent():
        heard.append(1)

    runtime = start(loans=publisher(spec("loans_lent", kind="notify")), fines=implementer(loans_lent))
    runtime.quarantine("loans", "a test")
    with pytest.raises(LookupError, match="is quarantined"):
        runtime.call("loans_lent")
    assert not heard and runtime.plugins["fines"].state == "active"


def test_what_a_hook_gathers_is_gathered_at_the_start(start):
    """A collecting hook with quarantine is asked when the application starts; a plugin that fails is out by then."""

    def loans_kinds():
        raise ValueError("no")

    hook = spec("loans_kinds", kind="collect", result=str, on_error="quarantine", found=("loan_kinds:KINDS",))
    runtime = start(
        loans=publisher(hook), fines=implementer(loans_kinds), films=SimpleNamespace(KINDS=("film", "disc"))
    )
    assert "failed in loans_kinds" in reason(runtime, "fines")
    assert runtime.collected("loans_kinds") == (("films", "film"), ("films", "disc"))


def test_the_hooks_of_plugins_are_listed(start):
    """Whoever documents the application gets the functions, by plugin."""
    hook = spec("loans_lent", kind="notify")
    runtime = start(loans=publisher(hook))
    with runtime_act(runtime) as act:
        assert act.get(Plugins).published() == {"loans": [hook]}


def runtime_act(runtime):
    from dihya_core.access import AccessRules
    from dihya_core.data.acts import RuntimeActs

    return RuntimeActs(runtime, AccessRules(runtime)).open("core.test")


def test_the_page_for_authors_says_what_is_so(start, tmp_path, monkeypatch):
    """The blocks of docs/extending.md are two plugins and a package that work together."""
    for file, text in re.findall(
        r"```\w+ file=(?:shared/)?src/(\S+)\n(.*?)```", EXTENDING.read_text("utf-8"), re.DOTALL
    ):
        path = tmp_path / "code" / file
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    (tmp_path / "code" / "dihya_loans" / "__init__.py").write_text('"""Loans."""\n')
    monkeypatch.syspath_prepend(str(tmp_path / "code"))
    try:
        plugins = {name: importlib.import_module(f"dihya_{name}") for name in ("loans", "fines")}
        runtime, service = start(**plugins), importlib.import_module("dihya_loans.service")
        contract = importlib.import_module("loans_contract")
        with runtime_act(runtime) as act:
            service.lend("Le Fils du pauvre", 14)
            with pytest.raises(Invalid, match="fines: it has not come back yet"):
                service.lend("Nedjma", 14)
            with pytest.raises(Exception, match="install or enable dihya-loans"):
                act.get(contract.Loans)
            terms = importlib.import_module("dihya_loans.terms")
            assert (terms.days(), terms.order()) == (21, "title")
    finally:
        for name in [
            name for name in sys.modules if name.partition(".")[0] in ("dihya_loans", "dihya_fines", "loans_contract")
        ]:
            del sys.modules[name]
