"""Errors in the reader's language."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from dihya_hookspecs.acts import current, get
from dihya_hookspecs.i18n import Text
from dihya_hookspecs.web import Problem

from .service import Languages


def N_(message: str) -> str:
    """Mark a message for extraction."""
    return message


TITLES = (
    N_("Bad Request"), N_("Unauthorized"), N_("Forbidden"), N_("Not Found"), N_("Method Not Allowed"),
    N_("Not Acceptable"), N_("Request Timeout"), N_("Conflict"), N_("Gone"), N_("Length Required"),
    N_("Precondition Failed"), N_("Content Too Large"), N_("Request Entity Too Large"), N_("URI Too Long"),
    N_("Request-URI Too Long"), N_("Unsupported Media Type"), N_("Requested Range Not Satisfiable"),
    N_("Range Not Satisfiable"), N_("Unprocessable Content"), N_("Unprocessable Entity"), N_("Locked"),
    N_("Precondition Required"), N_("Too Many Requests"), N_("Request Header Fields Too Large"),
    N_("Internal Server Error"), N_("Not Implemented"), N_("Bad Gateway"), N_("Service Unavailable"),
    N_("Gateway Timeout"), N_("Error"),
)  # fmt: skip
"""What HTTP statuses are called, in the spellings of the Python versions we run on."""

CODES = (
    N_("problem.bad-json"), N_("problem.bad-request"), N_("problem.clash"), N_("problem.csrf"), N_("problem.cursor"),
    N_("problem.http"),
    N_("problem.internal"), N_("problem.invalid"), N_("problem.method-not-allowed"), N_("problem.no-list"), N_("problem.no-service"),
    N_("problem.not-found"), N_("problem.policy-failed"), N_("problem.policy-lost"), N_("problem.rate-limited"), N_("problem.reauthenticate"), N_("problem.referred"), N_("problem.refused"),
    N_("problem.role"), N_("problem.row"), N_("problem.scope"),
    N_("problem.sign-in"), N_("problem.stale"), N_("problem.taken"), N_("problem.timeout"), N_("problem.too-large"),
    N_("problem.unsupported-media-type"),
)  # fmt: skip
"""Codes of the contract and the core. Plugins translate theirs in their own catalogue, under the same kind of key."""

SPOKEN = frozenset({"sign-in", "role", "row", "scope"})
"""Codes of which the sentence for people says all that the exact one says, in English too."""

FLAWS = (
    N_("flaw.bool_parsing"), N_("flaw.date_from_datetime_parsing"), N_("flaw.date_parsing"), N_("flaw.datetime_parsing"),
    N_("flaw.decimal_parsing"), N_("flaw.enum"), N_("flaw.extra_forbidden"), N_("flaw.int_parsing"), N_("flaw.invalid"),
    N_("flaw.literal_error"), N_("flaw.missing"), N_("flaw.string_pattern_mismatch"), N_("flaw.string_too_long"),
    N_("flaw.string_too_short"), N_("flaw.string_type"), N_("flaw.taken"), N_("flaw.uuid_parsing"),
)  # fmt: skip
"""Codes of single flaws: ours, and the ones of pydantic that people meet."""


def translate(problem: Problem, code: str) -> Problem:
    """Return the problem with title, detail and flaws in the language *code*.

    A detail that a catalogue has is translated as it is; otherwise the general sentence of its code takes its place,
    and the exact English one is kept as ``message``. Readers of English keep the exact sentence. The words of the plugin
    whose act it is come before those that are shared.
    """
    catalogue, plugin = get(Languages).catalogue(code), getattr(current(), "plugin", "")

    def find(message: str) -> str | None:
        return catalogue.find(message, plugin)

    problem.title = find(problem.title) or problem.title
    detail = find(problem.detail) if problem.detail else None
    if detail is None and (code != "en" or not problem.detail or problem.code in SPOKEN):
        params = {name: in_language(value, code) for name, value in problem.params.items()}
        detail = _general(find(f"problem.{problem.code}"), params)
        if detail and problem.detail:
            problem.extensions.setdefault("message", problem.detail)
    problem.detail = detail or problem.detail
    for flaw in problem.extensions.get("errors") or ():
        if isinstance(flaw, dict):
            _translate_flaw(flaw, find, code)
    return problem


def _translate_flaw(flaw: dict[str, Any], find: Callable[[str], str | None], code: str) -> None:
    said = find(str(flaw.get("detail", "")))
    if said is None and code != "en":
        said = _general(find(f"flaw.{flaw.get('code', '')}"), {})
        if flaw.get("code") == "invalid":
            said = None  # the general sentence would say less than the English one
    flaw["detail"] = said or flaw.get("detail", "")


def in_language(value: Any, code: str) -> Any:
    """Return a Text in the language *code*, English standing in for a language in which it was not said."""
    return getattr(value, code, value.en) if isinstance(value, Text) else value


def _general(sentence: str | None, params: dict[str, Any]) -> str | None:
    if not sentence or "%(" not in sentence:
        return sentence
    try:
        return sentence % params
    except (KeyError, TypeError, ValueError):  # the error did not bring what the sentence names
        return None
