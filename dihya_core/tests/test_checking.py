"""What is said of an implementation that does not fit; through the caller in test_caller.py as well."""

from __future__ import annotations

from types import SimpleNamespace

import pytest
from dihya_core.hooks.caller import HookCaller
from dihya_core.hooks.checking import explained, place_of
from dihya_hookspecs import Deprecated, hookimpl, hookspec

HOOKS = HookCaller().hooks


def test_a_misspelt_hook_of_the_contract_is_told_the_right_one():
    """A verb of the contract is looked for in the contract."""
    assert explained("on_requets", HOOKS, {}) == "write 'on_request' instead"


def test_a_misspelt_hook_of_a_plugin_is_told_the_right_one():
    """What another plugin publishes is suggested like a hook of the contract."""
    assert explained("loans_lend", [*HOOKS, "loans_lent"], {"loans": "active"}) == "write 'loans_lent' instead"


def test_the_publisher_is_the_installed_plugin_with_the_longest_name_that_fits():
    """``book_loans_lent`` is of ``book_loans`` where that is installed, and what state it is in is said."""
    states = {"book": "active", "book_loans": "disabled"}
    assert "plugin 'book_loans', which would publish it, is disabled" in explained("book_loans_lent", HOOKS, states)


def test_a_publisher_that_has_no_such_hook_is_said_to_be_active():
    """Nobody then looks for a package to install."""
    assert "'loans', which would publish it, is active and publishes none" in explained(
        "loans_burnt", HOOKS, {"loans": "active"}
    )


def test_a_word_that_is_no_hook_at_all_gets_the_list():
    """There is nobody who could publish it."""
    assert explained("xyz", HOOKS, {}).startswith("the hooks are after_generation")


def test_the_place_of_a_function_is_its_file_and_line():
    """What is wrapped is looked through."""
    assert place_of(test_the_place_of_a_function_is_its_file_and_line).startswith(__file__)


@hookspec(
    kind="notify",
    deprecated=(
        Deprecated("2026-01-31", "'loans_given'", "days"),
        Deprecated("2026-02-28", "the argument book", "title"),
    ),
)
def loans_lent(book: str, days: int, title: str) -> None:
    """A book was lent."""


@hookspec(kind="notify", deprecated=(Deprecated("2026-01-31", "'loans_given'"),))
def loans_back(book: str) -> None:
    """A book came back."""


@pytest.mark.parametrize(
    ("implemented", "said"),
    [
        (lambda: lambda book: None, []),
        (lambda: lambda days: None, ["argument 'days' of 'loans_lent'"]),
        (lambda: lambda title, days: None, ["argument 'days' of 'loans_lent'", "argument 'title' of 'loans_lent'"]),
    ],
)
def test_whoever_uses_what_is_deprecated_is_told_by_name(implemented, said):
    """Only of what it asks for; with the day, the place, and what to write instead."""
    caller = HookCaller()
    caller.publish("loans", SimpleNamespace(loans_lent=loans_lent))
    caller.check("fines", SimpleNamespace(loans_lent=hookimpl(implemented())))
    assert [line for line in caller.outdated["fines"] for one in said if one in line] == caller.outdated["fines"]
    assert len(caller.outdated["fines"]) == len(said)


def test_a_deprecated_hook_is_told_at_the_start_and_by_the_doctor(make_app, caplog):
    """It is told once, and the plugin runs."""

    @hookimpl(specname="loans_back")
    def back(book):
        """Hear of it."""

    plugins = {"loans": SimpleNamespace(loans_back=loans_back), "fines": SimpleNamespace(back=back)}
    app = make_app(plugins=plugins)
    line = "plugin 'fines' uses 'loans_back' at"
    assert caplog.text.count(line) == 1 and "deprecated since 2026-01-31; write 'loans_given'" in caplog.text
    assert app.hooks.plugins["fines"].state == "active"
    assert f"▲ plugin fines: {line}" in app.cli("doctor").stdout
