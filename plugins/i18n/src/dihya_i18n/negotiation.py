"""Which language somebody reads: what they chose, what they chose before, what their browser asks for."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from functools import lru_cache

from werkzeug.datastructures import LanguageAccept
from werkzeug.http import parse_accept_header

COOKIE = "dihya_lang"


def negotiate(codes: Sequence[str], default: str, *, chosen: str | None, cookie: str | None, header: str | None) -> str:
    """Return one of *codes*.

    Args:
        chosen: the value of ``?lang=``.
        cookie: what they chose before.
        header: the value of ``Accept-Language``, however malformed.
    """
    for wish in (chosen, cookie):
        if wish in codes:
            return str(wish)
    return _best(header, tuple(codes)) or default


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
