"""What an edit leaves behind: captions, columns, rules and sample records that no longer fit are mended, and it is said."""

from __future__ import annotations

import re
from collections.abc import Mapping

from dihya_hookspecs.i18n import gettext as _

from .checking import sample_flaw
from .draft import Draft, Part, title_of
from .entities import SEARCHED, caption_fields
from .entity_rules import NUMBERS, rule_flaws

RECORD = ("created_at", "changed_at")


def mend(draft: Draft) -> None:
    """Make every table fit its fields again. The document was valid before, so what does not fit is due to the edit."""
    for table in draft.tables:
        _mend_lists(table, draft)
        _mend_caption(table, draft)
        _mend_rules(table, draft)
    samples = {table["name"]: table.get("sample", {}) for table in draft.tables}
    for table in draft.tables:
        _mend_sample(table, samples)


def _mend_lists(table: Part, draft: Draft) -> None:
    kinds = {field["name"]: field["type"] for field in table["fields"]}
    fits = {
        "columns": lambda name: name in kinds or name in RECORD,
        "search": lambda name: kinds.get(name) in SEARCHED or name in RECORD,
        "totals": lambda name: kinds.get(name) in NUMBERS,
    }
    for key, fit in fits.items():
        if key in table:
            table[key] = [name for name in table[key] if fit(name)]
            if not table[key] and key != "search":  # a list that says nothing of these shows the first few fields
                del table[key]
    order = table.get("order", "created_at").lstrip("-")
    if order not in kinds and order not in RECORD:
        del table["order"]
        draft.say(
            _("records of “%(table)s” stand in the order of their creation, the newest first", table=title_of(table))
        )


def _mend_caption(table: Part, draft: Draft) -> None:
    known = {field["name"] for field in table["fields"]} | set(RECORD)
    gone = [name for name in caption_fields(table) if name not in known]
    for name in gone:
        table["caption"] = _without(table["caption"], name)
    if gone and not caption_fields(table):
        del table["caption"]
        draft.say(_("records of “%(table)s” have no caption of their own any more", table=title_of(table)))


def _without(caption: str, name: str) -> str:
    """Return a caption without a field, and without what separated it from the others."""
    parts = re.split(r"(\{\w+\})", caption)
    where = parts.index(f"{{{name}}}")
    last = where == max(number for number, part in enumerate(parts) if part.startswith("{"))
    kept = parts[: max(where - 1, 0)] + parts[where + 1 :] if last else parts[:where] + parts[where + 2 :]
    return "".join(kept).strip()


def _mend_rules(table: Part, draft: Draft) -> None:
    wrong = {int(flaw.pointer.rsplit("/", 1)[1]) for flaw in rule_flaws(table, draft.by_name, "")}
    if not wrong:
        return
    table["rules"] = [rule for number, rule in enumerate(table["rules"]) if number not in wrong]
    if not table["rules"]:
        del table["rules"]
    draft.say(_("a rule of “%(table)s” named what has changed; it is left out", table=title_of(table)))


def _mend_sample(table: Part, samples: Mapping[str, Mapping[str, Part]]) -> None:
    fields = {field["name"]: field for field in table["fields"]}
    for row in table.get("sample", {}).values():
        for name, value in list(row.items()):
            if name not in fields or sample_flaw(fields[name], value, samples):
                del row[name]
