"""What pydantic finds wrong, as one plain sentence part in the reader's language; the one catalogue for all faces."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ..i18n import Text

_WHOLE = Text("must be a whole number", "doit être un nombre entier")
_NUMBER = Text("must be a number", "doit être un nombre")
_SMALLER = Text("must be a smaller number", "doit être un nombre plus petit")
_DATE = Text("must be a date such as 2026-01-31", "doit être une date, par exemple 2026-01-31")
_TIME = Text(
    "must be a date and time such as 2026-01-31T12:00:00Z",
    "doit être une date avec l’heure, par exemple 2026-01-31T12:00:00Z",
)
_FINITE = Text("must be a finite number", "doit être un nombre fini")
_BOOL = Text("must be true or false", "doit être vrai (true) ou faux (false)")
_UUID = Text("must be a UUID", "doit être un UUID")
_ONE_OF = Text("must be one of %(expected)s", "doit être l’une de ces valeurs : %(expected)s")
_UNICODE = Text("must be valid Unicode text", "doit être un texte Unicode valide")

OURS: Mapping[str, Text] = {
    "email": Text(
        "must be an e-mail address such as name@example.org",
        "doit être une adresse électronique, par exemple nom@example.org",
    ),
    "phone": Text(
        "must be a phone number such as +33 6 12 34 56 78",
        "doit être un numéro de téléphone, par exemple 06 12 34 56 78",
    ),
    "iban": Text("must be an IBAN; its check digits do not fit", "doit être un IBAN ; sa clé de contrôle est fausse"),
    "colour": Text("must be a colour such as #1f6feb", "doit être une couleur, par exemple #1f6feb"),
    "url": Text(
        "must be a web address such as https://example.org",
        "doit être une adresse web, par exemple https://example.org",
    ),
    "text_control": Text("must not contain control characters", "ne doit pas contenir de caractères de contrôle"),
    "too_far": Text("must lie between the years 1 and 9999 in UTC", "doit se situer entre les années 1 et 9999 en UTC"),
    "int_type": _WHOLE,
    "decimal_type": _NUMBER,
    "missing": Text("is required", "est obligatoire"),
    "extra_forbidden": Text("unknown field", "champ inconnu"),
    "read-only": Text("is written by the application; leave it out", "est écrit par l’application ; ne l’envoyez pas"),
}
"""The errors that our own types and forms raise."""

SENTENCES: Mapping[str, Text] = {
    **OURS,
    "string_type": Text("must be text", "doit être un texte"),
    "string_too_short": Text(
        "must have at least %(min_length)s characters", "doit compter au moins %(min_length)s caractères"
    ),
    "string_too_long": Text(
        "must have at most %(max_length)s characters", "doit compter au plus %(max_length)s caractères"
    ),
    "string_pattern_mismatch": Text("must match the pattern %(pattern)s", "doit correspondre au motif %(pattern)s"),
    "string_unicode": _UNICODE,
    "too_short": Text("must have at least %(min_length)s entries", "doit compter au moins %(min_length)s éléments"),
    "too_long": Text("must have at most %(max_length)s entries", "doit compter au plus %(max_length)s éléments"),
    "int_parsing": _WHOLE,
    "int_from_float": _WHOLE,
    "int_parsing_size": _SMALLER,
    "float_type": _NUMBER,
    "float_parsing": _NUMBER,
    "decimal_parsing": _NUMBER,
    "finite_number": _FINITE,
    "decimal_max_places": Text(
        "must have at most %(decimal_places)s decimal places", "doit compter au plus %(decimal_places)s décimales"
    ),
    "decimal_max_digits": Text(
        "must have at most %(max_digits)s digits", "doit compter au plus %(max_digits)s chiffres"
    ),
    "decimal_whole_digits": Text(
        "must have at most %(whole_digits)s digits before the point",
        "doit compter au plus %(whole_digits)s chiffres avant la virgule",
    ),
    "greater_than": Text("must be greater than %(gt)s", "doit être supérieur à %(gt)s"),
    "greater_than_equal": Text("must be at least %(ge)s", "doit être au moins égal à %(ge)s"),
    "less_than": Text("must be less than %(lt)s", "doit être inférieur à %(lt)s"),
    "less_than_equal": Text("must be at most %(le)s", "doit être au plus égal à %(le)s"),
    "bool_type": _BOOL,
    "bool_parsing": _BOOL,
    "date_type": _DATE,
    "date_parsing": _DATE,
    "date_from_datetime_parsing": _DATE,
    "date_from_datetime_inexact": _DATE,
    "datetime_type": _TIME,
    "datetime_parsing": _TIME,
    "datetime_object_invalid": _TIME,
    "datetime_from_date_parsing": _TIME,
    "timezone_aware": Text("must name its time zone", "doit préciser son fuseau horaire"),
    "uuid_type": _UUID,
    "uuid_parsing": _UUID,
    "literal_error": _ONE_OF,
    "enum": _ONE_OF,
    "none_required": Text("must be null", "doit être vide (null)"),
    "list_type": Text("must be a list", "doit être une liste"),
    "dict_type": Text("must be an object", "doit être un objet"),
}


def sentence(detail: Mapping[str, Any]) -> str:
    """Return one plain sentence part for an entry of ``ValidationError.errors()``; it never quotes the input."""
    said = SENTENCES.get(detail["type"])
    if said is None:
        return _own_words(str(detail["msg"]))
    context = {name: str(value).replace("' or '", "', '") for name, value in (detail.get("ctx") or {}).items()}
    return str(said) % context if "%(" in said.en else str(said)


def _own_words(message: str) -> str:
    text = message.removeprefix("Value error, ").removeprefix("Assertion failed, ").rstrip(".")
    return text[:1].lower() + text[1:]
