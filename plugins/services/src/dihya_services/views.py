"""What the pages show of a template, of its options and of a generation, in the reader's language."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Literal

from dihya_hookspecs import DihyaError
from dihya_hookspecs.acts import get
from dihya_hookspecs.generation import Check, Template, Templates, WordUse
from dihya_hookspecs.i18n import gettext as _
from dihya_hookspecs.i18n import language, ngettext
from dihya_hookspecs.ui import Formats

from .combining import stands

if TYPE_CHECKING:
    from .stats import Record, Seconds

STATES = {"draft": "info", "generating": "info", "ready": "ok", "failed": "bad", "archived": "warn"}
"""Badge of each status."""
SMALL_WORDS = {
    "fr": frozenset(
        [
            "le",
            "la",
            "les",
            "un",
            "une",
            "des",
            "du",
            "de",
            "et",
            "d",
            "l",
            "qui",
            "sa",
            "son",
            "notre",
            "nos",
            "au",
            "aux",
        ]
    ),
    "en": frozenset(["the", "an", "and", "of", "for", "our", "with", "who", "has", "their", "to", "up"]),
}


@dataclass(frozen=True, slots=True)
class OptionField:
    """One option as a form field: ``kind`` is ``boolean``, ``choice``, ``integer`` or ``text``."""

    name: str
    kind: str
    title: str
    help: str
    value: Any
    choices: Sequence[tuple[Any, str]] = ()
    least: Any = None
    most: Any = None


Added = Literal["", "sentence", "own", "model"]


@dataclass(frozen=True, slots=True)
class Column:
    """One field of a table, and which personal data it holds, if any."""

    label: str
    kind: str
    personal: str
    added: Added = ""


@dataclass(frozen=True, slots=True)
class Table:
    """One table of the plugin to be, and who added it to the template's: the sentence by a block, or as it was named there."""

    title: str
    columns: Sequence[Column]
    added: Added = ""
    name: str = ""


def said(value: Any, otherwise: str = "") -> str:
    """A text that is given in one language or in both."""
    if isinstance(value, Mapping):
        return str(value.get(language.get()) or value.get("en") or next(iter(value.values()), otherwise))
    return str(value) if value else otherwise.replace("_", " ")


def option_fields(schema: Mapping[str, Any], values: Mapping[str, Any]) -> Iterator[OptionField]:
    """The options of a template as form fields, with the proposed values in them."""
    for name, option in schema.get("properties", {}).items():
        kind = (
            "choice"
            if "enum" in option
            else {"boolean": "boolean", "integer": "integer"}.get(option.get("type"), "text")
        )
        yield OptionField(
            name, kind, said(option.get("x-title"), name), said(option.get("x-help")), values.get(name, option.get("default", "")),
            [(value, _choice(option, value)) for value in option.get("enum", ())], option.get("minimum"), option.get("maximum", option.get("maxLength")),
        )  # fmt: skip


def _choice(option: Mapping[str, Any], value: Any) -> str:
    """What people read for a value of an option: its title, a number of years, or its name."""
    if titled := option.get("x-titles", {}).get(str(value)):
        return said(titled)
    text = str(value)
    if text[-1:] == "y" and text[:-1].isdigit():
        return ngettext("%(count)s year", "%(count)s years", int(text[:-1]))
    return text.replace("_", " ")


def template_title(name: str) -> str:
    """The title of a business template in the reader's language; its name where no such template is installed."""
    with suppress(DihyaError):
        return str(get(Templates).get(name).title)
    return name


def rounded(value: float, places: int = 2) -> Decimal:
    """A figure of a column: as many places as the others in it have."""
    return Decimal(f"{value:.{places}f}")


def tables(template: Template, options: Mapping[str, Any], extra: Sequence[Mapping[str, Any]]) -> list[Table]:
    """The tables that would be built; those marked that the sentence or a model added, and fields of a model."""
    found: list[Table] = []
    more = {entity["name"]: entity for entity in extra}
    for entity in template.entities:
        if not stands(entity, options):
            continue
        columns = [_column(field) for field in entity["fields"] if stands(field, options)]
        further = more.pop(entity["name"], {})
        columns += [_column(field, _added(further)) for field in further.get("fields", ())]
        found.append(Table(said(entity.get("title"), entity["name"]), columns, name=entity["name"]))
    for entity in more.values():
        columns = [_column(field) for field in entity["fields"]]
        found.append(Table(said(entity.get("title"), entity["name"]), columns, _added(entity), entity["name"]))
    return found


def _added(entity: Mapping[str, Any]) -> Added:
    if entity.get("origin") == "sentence":
        return "own" if "title" in entity else "sentence"
    return "sentence" if "block" in entity else "model"


def _column(field: Mapping[str, Any], added: Added = "") -> Column:
    return Column(said(field.get("label"), field["name"]), field["type"], field.get("personal", ""), added)


TOLD = ("table", "own", "field", "state", "role", "sector", "option", "left_out")
"""The uses of words of which a proposal says what they became; those of no use are listed apart."""


def use_of(word: WordUse) -> str:
    """What became of a word, in one line."""
    text = _("%(written)s, read as %(word)s", written=word.text, word=word.read_as) if word.read_as else word.text
    what = ", ".join(word.offers) if word.use == "unknown" else word.what
    said = {
        "table": f"{text} → {what}",
        "own": _("%(text)s → a table of its own: %(what)s", text=text, what=what),
        "left_out": _("%(text)s → left out: %(what)s", text=text, what=what),
        "field": _("%(text)s → field %(what)s", text=text, what=what),
        "state": _("%(text)s → state %(what)s", text=text, what=what),
        "role": _("%(text)s → role %(what)s", text=text, what=what),
        "sector": _("%(text)s → speaks for %(what)s", text=text, what=what),
        "option": _("%(text)s → option %(what)s", text=text, what=what),
        "unknown": _("%(text)s (nearest: %(what)s)", text=text, what=what),
    }
    return said.get(word.use, text) if what else text


ELIDED = frozenset(("d", "l", "n", "s", "j", "m", "t", "c", "qu"))
"""What is left of small words before an apostrophe, and of “’s”: nobody asks what became of these."""
SURELY, RATHER = 0.85, 0.6
"""The confidences from which on something is called certain, and rather certain."""


def certainty(confidence: float) -> str:
    """A confidence in words."""
    if confidence >= SURELY:
        return _("certain")
    if confidence >= RATHER:
        return _("rather certain")
    return _("uncertain") if confidence > 0 else _("no idea")


def proposer(name: str, model: str, tier: str) -> str:
    """Who proposed, in words."""
    if tier == "person":
        return _("you")
    if tier == "deterministic":
        return _("fixed rules, no model")
    if tier == "embedded":
        return _("the model %(model)s on this machine", model=model)
    return _("the model %(model)s of %(provider)s", model=model, provider=name)


def status_name(status: str) -> str:
    """A status in words."""
    return {
        "draft": _("draft"), "generating": _("generating"), "ready": _("ready"), "failed": _("failed"), "stopped": _("stopped"),
        "archived": _("archived"),
    }.get(status, status)  # fmt: skip


def proof_title(check: Mapping[str, Any]) -> str:
    """What a line of a proof is about; the prover's catalogue has it in French."""
    return _(check["name"])


def proof_state(check: Mapping[str, Any]) -> Literal["passed", "failed", "later", "unchecked"]:
    """How a line of a proof ended; ``later`` for what was not checked yet, ``unchecked`` for what nobody could ask."""
    return Check(**check).state


def translated(check: Mapping[str, Any]) -> bool:
    """Whether what was found is there in the reader's language too."""
    return bool(check.get("message") or any(check.get("french", ())))


def proof_sentence(check: Mapping[str, Any]) -> str:
    """What was found, in the reader's language as far as the words are the prover's; with a comma in French figures."""
    return Check(**{**check, "values": {name: _figure(value) for name, value in check.get("values", {}).items()}}).said


def _figure(value: Any) -> Any:
    if isinstance(value, str | float) and re.fullmatch(r"\d+\.\d+", str(value)):
        with suppress(DihyaError, LookupError):  # a command says it outside of an act
            return get(Formats).number(Decimal(str(value)))
    return value


def counted(record: Record) -> list[tuple[str, int]]:
    """What became of the ideas, in words."""
    return [
        (_("Proposed"), record.ideas),
        (_("Proven, and offered"), record.proven),
        (_("Refused, with the reason"), record.refused),
        (_("Stopped by a person"), record.stopped),
        (_("Being built"), record.running),
        (_("Proposed, and not begun"), record.waiting),
        (_("Answered with a question first"), record.asked_back),
        (_("Changed by hand before they were built"), record.changed),
    ]


def spreads(record: Record) -> list[tuple[str, Seconds]]:
    """How long generations took by who proposed, in words, and together."""
    names = {
        "person": _("a person"), "deterministic": _("fixed rules, no model"), "embedded": _("a model on this machine"),
        "unknown": _("nobody knows"),
    }  # fmt: skip
    found = [(names.get(tier, _("a provider")), took) for tier, took in record.by_tier.items()]
    return [*found, (_("Together"), record.seconds)] if record.seconds else found


def test_names(checks: Iterable[Mapping[str, Any]]) -> list[str]:
    """The names of those lines of a proof that are the plugin's own tests."""
    return [str(check["name"]) for check in checks if "::" in check["name"] or str(check["name"]).startswith("tests/")]


def in_language(texts: Sequence[str], code: str) -> list[str]:
    """Those of the short texts that are in a language, as far as its small words tell; all, if none is."""
    known = SMALL_WORDS.get(code, frozenset())
    return [text for text in texts if known & set(re.findall(r"\w+", text.lower()))] or list(texts)
