"""Which language somebody reads: what they chose, what they chose before, what their browser asks for."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from functools import lru_cache

from werkzeug.datastructures import LanguageAccept
from werkzeug.http import parse_accept_header

COOKIE, KNOWING = "dihya_lang", "~"


def negotiate(
    codes: Sequence[str],
    default: str,
    *,
    chosen: str | None,
    cookie: str | None,
    header: str | None,
    setting: str = "",
) -> str:
    """Return one of *codes*.

    Args:
        chosen: the value of ``?lang=``.
        cookie: what they chose before, as ``kept`` wrote it.
        header: the value of ``Accept-Language``, however malformed.
        setting: the language among the person's settings. Of setting and cookie counts what was chosen last: a cookie
            that knew this setting came after it.
    """
    before, _, known = (cookie or "").partition(KNOWING)
    wishes = (chosen, before, setting) if known == setting else (chosen, setting, before)
    for wish in wishes:
        if wish in codes:
            return str(wish)
    return _best(header, tuple(codes)) or default


def kept(chosen: str, setting: str) -> str:
    """Return what the cookie says of a choice that was made while the setting was this."""
    return f"{chosen}{KNOWING}{setting}" if setting else chosen


def from_environment(environ: Mapping[str, str], codes: Sequence[str]) -> str:
    """Return the language of whoever runs a command, as POSIX says it; English when nothing is said."""
    said = environ.get("LC_ALL") or environ.get("LC_MESSAGES") or environ.get("LANG") or ""
    code = said.partition(".")[0].partition("_")[0].lower()
    return code if code in codes else "en"


def operator_language(codes: Sequence[str]) -> str:
    """Return the language of this process."""
    return from_environment(os.environ, codes)


@lru_cache(512)
def _best(header: str | None, codes: tuple[str, ...]) -> str | None:
    if not header or len(header) > 1000:  # nobody speaks that many
        return None
    try:
        asked = parse_accept_header(header, LanguageAccept)
        # fr-CA before en means fr before en; werkzeug would look for exact matches first.
        return LanguageAccept([(tag.partition("-")[0], quality) for tag, quality in asked]).best_match(codes)
    except (ValueError, ArithmeticError):
        return None
