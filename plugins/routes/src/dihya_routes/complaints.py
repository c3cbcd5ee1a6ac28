"""What pydantic finds wrong, said in plain words and in the reader's language."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from dihya_hookspecs.i18n import gettext as _


def complaint(detail: Mapping[str, Any]) -> str:
    """Return one plain sentence part for an entry of ``ValidationError.errors()``; it never quotes the input."""
    said = _SAID.get(detail["type"])
    if said is None:
        return _fallback(detail["msg"])
    context = {name: str(value).replace("' or '", "', '") for name, value in (detail.get("ctx") or {}).items()}
    return _(said, **context) if "%(" in said else _(said)


def _fallback(message: str) -> str:
    text = message.removeprefix("Value error, ").removeprefix("Assertion failed, ").rstrip(".")
    return text[:1].lower() + text[1:]


def _mark(message: str) -> str:
    """Return *message* as it is; the catalogue finds it here, and it is translated when it is said."""
    return message


_WHOLE = _mark("must be a whole number")
_NUMBER = _mark("must be a number")
_DATE = _mark("must be a date such as 2026-01-31")
_TIME = _mark("must be a date and time such as 2026-01-31T12:00:00Z")
_FINITE = _mark("must be a finite number")

_SAID = {
    "missing": _mark("is required"),
    "extra_forbidden": _mark("unknown field"),
    "string_type": _mark("must be text"),
    "string_too_short": _mark("must have at least %(min_length)s characters"),
    "string_too_long": _mark("must have at most %(max_length)s characters"),
    "string_pattern_mismatch": _mark("must match the pattern %(pattern)s"),
    "string_unicode": _mark("must be valid Unicode text"),
    "too_short": _mark("must have at least %(min_length)s entries"),
    "too_long": _mark("must have at most %(max_length)s entries"),
    "int_type": _WHOLE,
    "int_parsing": _WHOLE,
    "int_from_float": _WHOLE,
    "int_parsing_size": _mark("must be a smaller number"),
    "float_type": _NUMBER,
    "float_parsing": _NUMBER,
    "decimal_type": _NUMBER,
    "decimal_parsing": _NUMBER,
    "finite_number": _FINITE,
    "decimal_max_places": _mark("must have at most %(decimal_places)s decimal places"),
    "decimal_max_digits": _mark("must have at most %(max_digits)s digits"),
    "decimal_whole_digits": _mark("must have at most %(whole_digits)s digits before the point"),
    "greater_than": _mark("must be greater than %(gt)s"),
    "greater_than_equal": _mark("must be at least %(ge)s"),
    "less_than": _mark("must be less than %(lt)s"),
    "less_than_equal": _mark("must be at most %(le)s"),
    "bool_type": _mark("must be true or false"),
    "bool_parsing": _mark("must be true or false"),
    "date_type": _DATE,
    "date_parsing": _DATE,
    "date_from_datetime_parsing": _DATE,
    "date_from_datetime_inexact": _DATE,
    "datetime_type": _TIME,
    "datetime_parsing": _TIME,
    "datetime_from_date_parsing": _TIME,
    "timezone_aware": _mark("must name its time zone"),
    "uuid_type": _mark("must be a UUID"),
    "uuid_parsing": _mark("must be a UUID"),
    "literal_error": _mark("must be one of %(expected)s"),
    "enum": _mark("must be one of %(expected)s"),
    "none_required": _mark("must be null"),
    "list_type": _mark("must be a list"),
    "dict_type": _mark("must be an object"),
}
