"""A language is always found, whatever a browser sends."""

from __future__ import annotations

import pytest
from dihya_i18n.negotiation import from_environment, kept, negotiate
from hypothesis import given, strategies

CODES = ["fr", "en"]


@pytest.mark.parametrize(
    ("chosen", "cookie", "header", "expected"),
    [
        ("en", "fr", "fr", "en"),
        ("de", "en", "fr", "en"),
        (None, "xx", "en-GB,en;q=0.9", "en"),
        (None, None, "de, fr-CA;q=0.8, en;q=0.5", "fr"),
        (None, None, "de", "fr"),
        (None, None, "", "fr"),
        (None, None, "en;q=0", "fr"),
        (None, None, "*", "fr"),
    ],
)
def test_choice_before_cookie_before_browser(chosen: str, cookie: str, header: str, expected: str) -> None:
    """What somebody chose counts first, then what they chose before, then what the browser asks for."""
    assert negotiate(CODES, "fr", chosen=chosen, cookie=cookie, header=header) == expected


@pytest.mark.parametrize(
    ("setting", "cookie", "expected"),
    [
        ("en", "fr", "en"),
        ("en", "fr~en", "fr"),
        ("fr", "en~en", "fr"),
        ("", "en~fr", "en"),
        ("en", None, "en"),
        ("xx", "en", "en"),
    ],
)
def test_of_setting_and_cookie_counts_what_was_chosen_last(setting: str, cookie: str | None, expected: str) -> None:
    """A cookie that knew the setting came after it; one that did not came before."""
    assert negotiate(CODES, "fr", chosen=None, cookie=cookie, header="fr", setting=setting) == expected
    assert negotiate(CODES, "fr", chosen="fr", cookie=cookie, header="en", setting=setting) == "fr"


def test_a_cookie_knows_the_setting_that_it_came_after() -> None:
    """A cookie knows the setting after which it was given, and nothing where there was none."""
    assert (kept("fr", "en"), kept("fr", "")) == ("fr~en", "fr")


@given(header=strategies.text(), chosen=strategies.text(), cookie=strategies.text())
def test_nothing_malformed_is_an_error(header: str, chosen: str, cookie: str) -> None:
    """Any text in any place gives one of the languages."""
    assert negotiate(CODES, "fr", chosen=chosen, cookie=cookie, header=header) in CODES


@given(header=strategies.from_regex(r"([a-z-]{0,5}(;q=[0-9.eE+-]{0,9})?,?){0,9}", fullmatch=True))
def test_strange_qualities_are_no_error(header: str) -> None:
    """A quality that is no number gives one of the languages."""
    assert negotiate(CODES, "fr", chosen=None, cookie=None, header=header) in CODES


@pytest.mark.parametrize(
    ("environ", "expected"),
    [
        ({"LANG": "fr_FR.UTF-8"}, "fr"),
        ({"LC_ALL": "en_GB", "LANG": "fr_FR"}, "en"),
        ({"LANG": "C.UTF-8"}, "en"),
        ({}, "en"),
    ],
)
def test_a_command_speaks_as_the_terminal(environ: dict[str, str], expected: str) -> None:
    """LC_ALL counts before LANG; C and nothing are English."""
    assert from_environment(environ, CODES) == expected
