"""Names that generated code cannot bear, and words made from names."""

from __future__ import annotations

import builtins
import keyword
import sys

PYTHON = sys.stdlib_module_names | frozenset(keyword.kwlist)
"""Names that mean something to Python. What else is taken, the application is asked (``Plugins.taken``)."""

_RECORD = "id version created_at changed_at metadata registry query session"
_CALLS = "breakpoint compile eval exec fork globals open popen system vars"
_IMPORTED = "not_before required_when unique_together sum_at_most no_overlap past_when refers_to within date datetime decimal impersonal key mapped personal uuid bool dict int list str tuple"
_FORM = "construct copy dict fields from_orm json parse_file parse_obj parse_raw schema schema_json update_forward_refs validate"
_REQUEST = "after cursor csrf_token lang limit order q"
_SQL = (
    "all and any as asc between by case check column constraint create cross current_date current_time current_timestamp "
    "current_user default delete desc distinct drop else end except exists false for foreign from full grant group having "
    "in index inner insert intersect into is join left like natural not null offset on or outer primary references right "
    "rowid select session_user set some table then to true union unique update user using values when where window with"
)
FIELDS = frozenset(" ".join((_RECORD, _CALLS, _IMPORTED, _FORM, _REQUEST, _SQL)).split()) | frozenset(keyword.kwlist)
"""Names that a field cannot have: taken by the record, the form, the request or SQL."""

_CLASSES = (
    "Choice Decimal Email Flag LocalDate LongText Mapped Model Number Phone Record Records Reference Resource Role ShortText "
    "Text Url UTCDateTime Uuid Whole"
)
CLASSES = (
    frozenset(_CLASSES.split()) | {name for name in dir(builtins) if name[0].isupper()} | {"None", "True", "False"}
)
"""Class names that generated modules import or define for themselves."""


def camel(name: str) -> str:
    """Return ``order_line`` as ``OrderLine``."""
    return "".join(part.capitalize() for part in name.split("_"))


def spaced(name: str) -> str:
    """Return ``order_line`` as ``order line``."""
    return name.replace("_", " ").strip()


def plural(name: str) -> str:
    """Return a plural of an English identifier that is good enough for a table."""
    if name.endswith(("s", "x", "z", "ch", "sh")):
        return f"{name}es"
    if name.endswith("y") and name[-2:-1] not in "aeiou":
        return f"{name[:-1]}ies"
    return f"{name}s"
