"""From an idea to running code: needs, business templates, projects, and what may be added on the way."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal, Protocol

from . import hookspec
from ._proving import Check as Check
from ._proving import Prover as Prover
from ._structures import Edited as Edited
from ._words import Use as Use
from ._words import WordUse as WordUse
from .acts import provided_by
from .i18n import Text

if TYPE_CHECKING:
    from .ai import Attempt

Status = Literal["draft", "generating", "ready", "failed", "archived"]


@dataclass(frozen=True, slots=True)
class Needs:
    """What somebody wants built.

    Attributes:
        idea: their own words. Personal until shown otherwise: kept with the generation, never logged.
        template: name of the business template.
        name: the plugin's name, ``[a-z][a-z0-9_]{1,30}``: folder, package, URL, tables.
        options: values for the template's options, valid against its JSON Schema.
        language: ``fr`` or ``en``: of the README, comments and sample data.
        entities: changes to the template's entities: extra fields and extra entities, already validated.
        proposer: who proposed: ``person``, or a provider's name.
        structure: the whole of what will be built (``Templates.structure_schema``). Where it is given, template, options and
            entities are not read; ``name`` and ``title`` win over those that it says.
        changes, since: the active plugin whose next version *structure* is, and its version; empty for a new one.
    """

    idea: str
    template: str
    name: str
    options: Mapping[str, Any] = field(default_factory=dict)
    language: str = "fr"
    entities: Sequence[Mapping[str, Any]] = ()
    proposer: str = "person"
    title: str = ""
    structure: Mapping[str, Any] = field(default_factory=dict)
    changes: str = ""
    since: str = ""


@dataclass(frozen=True, slots=True)
class Template:
    """A business template (*métier*): data over one renderer.

    Attributes:
        examples, words: what the models and the rules recognise it by, in both languages.
        options: JSON Schema (2020-12) of the options: an object whose properties have titles in ``x-title`` (en, fr).
        entities: the entities as data; their shape is the JSON Schema of ``dihya_templates``.
        digest: SHA-256 of the file it was read from.
        names: with which a sentence names the business itself: “bakery”, “lawyer”.
    """

    name: str
    version: str
    title: Text
    description: Text
    options: Mapping[str, Any]
    entities: Sequence[Mapping[str, Any]]
    roles: Sequence[Mapping[str, Any]]
    examples: Sequence[str] = ()
    words: Sequence[str] = ()
    digest: str = ""
    data: Mapping[str, Any] = field(default_factory=dict)
    names: Sequence[str] = ()


@dataclass(frozen=True, slots=True)
class Sector:
    """A line of business that Dihya recognises and has no template for, so that its ideas are not given another's.

    Attributes:
        words: words and phrases of the trade, in both languages.
    """

    name: str
    title: Text
    words: Sequence[str]


@dataclass(frozen=True, slots=True)
class Block:
    """A business thing that a sentence can name: one table of which sectors and plugins are composed.

    Attributes:
        name: a singular English identifier; of its table too, unless a template has a table for it.
        words: words and phrases that name this thing and nothing else, in both languages.
        maybe: pairs of words that name other things too, and of words one of which must stand in the same sentence.
        data: its fields, rules, states, purpose and sample records; the shape is ``block.schema.json`` of ``dihya_templates``.
    """

    name: str
    title: Text
    singular: Text
    words: Sequence[str]
    maybe: Sequence[tuple[Sequence[str], Sequence[str]]] = ()
    data: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Proposal:
    """What Dihya would build for an idea, why, and who says so.

    Attributes:
        template: empty when Dihya asks back instead of guessing; ``reason`` then holds the question.
        confidence: 0 to 1; of the template choice. Of what is at 0.85 or more, 97 in 100 are right (docs/benchmarks.md).
        tier: which tier of the AI chain answered, ``deterministic`` for rules.
        notices: what was dropped or repaired of a model's answer, said plainly.
        alternatives: other templates with their confidence, the likeliest first.
        uncovered: words of the idea for which the plugin would have nothing of its own.
        named: what the words of the idea became: pairs of words as they were written, and the table that they stand for.
        left_out: what the idea says that it wants without, in the same way.
        doubtful: words that could name several things, each with the titles of these; none of them is built.
        words: every word of the idea, in its order, and what became of it.
    """

    template: str
    confidence: float
    tier: str
    proposer: str
    model: str
    reason: str
    options: Mapping[str, Any]
    name: str
    title: str
    entities: Sequence[Mapping[str, Any]] = ()
    alternatives: Sequence[tuple[str, float]] = ()
    notices: Sequence[str] = ()
    attempts: Sequence[Attempt] = ()
    uncovered: Sequence[str] = ()
    named: Sequence[tuple[str, str]] = ()
    left_out: Sequence[tuple[str, str]] = ()
    doubtful: Sequence[tuple[str, Sequence[str]]] = ()
    words: Sequence[WordUse] = ()


@dataclass(frozen=True, slots=True)
class Finding:
    """Why a project may not be offered: which file, what is wrong, what to do."""

    path: str
    detail: str
    check: str


@dataclass(frozen=True, slots=True)
class Project:
    """A generated plugin: its files, how it came to be, how it was proven."""

    id: str
    needs: Needs
    files: Mapping[str, str]
    status: Status
    checks: Sequence[Check] = ()
    proposal: Proposal | None = None
    durations: Mapping[str, float] = field(default_factory=dict)
    person: str | None = None


@provided_by("dihya-templates")
class Templates(Protocol):
    """The business templates and the one renderer behind them."""

    def all(self) -> Sequence[Template]:
        """Every template, by name."""

    def sectors(self) -> Sequence[Sector]:
        """The sectors that no template covers, by name."""

    def blocks(self) -> Sequence[Block]:
        """Every block, by name."""

    def get(self, name: str) -> Template:
        """Return one template. Raises NotFound with a suggestion."""

    def additions(
        self, blocks: Sequence[str], template: str, options: Mapping[str, Any]
    ) -> Sequence[Mapping[str, Any]]:
        """Return the tables of *blocks* beside those of a template, in the shape of ``Needs.entities``.

        References, roles and purposes are those that fit the template with these options; what a block cannot do without
        comes along, and what the template has already does not. Raises NotFound for a block that is not known.
        """

    def complete(self, needs: Needs) -> Needs:
        """Fill in what was left unsaid, and check the whole. Raises Invalid with one flaw for each mistake.

        Of a structure, pointers start at the document: ``/entities/0/fields/2/label``.
        """

    def structure(self, needs: Needs) -> Mapping[str, Any]:
        """Return the document that *needs* amount to: what ``render`` builds of them, ready to be edited.

        ``Needs(idea, "", "", structure=document)`` builds the same files. Raises Invalid as ``complete`` does.
        """

    def structure_schema(self) -> Mapping[str, Any]:
        """Return the JSON Schema (2020-12) of a structure."""

    def edit_schema(self) -> Mapping[str, Any]:
        """Return the JSON Schema (2020-12) of one edit: an object whose ``edit`` says which one it is."""

    def edit(self, structure: Mapping[str, Any], edit: Mapping[str, Any]) -> Edited:
        """Return a valid structure with one change made. Raises Invalid for what cannot be: a sentence, pointers into the edit."""

    def render(self, needs: Needs) -> Mapping[str, str]:
        """Return the files of the plugin, path → text. The same needs give the same bytes."""


@hookspec(
    kind="collect",
    result=(Template, Sector, Block),
    on_error="quarantine",
    found=("business_templates:TEMPLATES", "business_templates:SECTORS", "business_templates:BLOCKS"),
    late=True,
)
def register_templates() -> list[Template | Sector | Block]:  # type: ignore[empty-body]
    """Return business templates, sectors that are known by their words and have no template, and blocks."""


@hookspec(kind="transform", result=Needs, on_error="abort", budget_ms=5000)
def before_generation(needs: Needs) -> Needs | None:
    """Return the needs, completed, or raise Invalid to refuse them. Called when a generation begins, before anything is written."""


@hookspec(kind="collect", result=dict, on_error="abort", budget_ms=5000)
def generate_files(needs: Needs) -> dict[str, str]:  # type: ignore[empty-body]
    """Return files to add, path → text. Called once the needs are complete.

    Two plugins may not give the same path.
    """


@hookspec(kind="notify", on_error="isolate", budget_ms=5000)
def after_generation(project: Project) -> None:
    """Keep what you want of a generation. Called when it ended, well or badly (``project.status``)."""


@hookspec(kind="veto", result=Finding, on_error="deny", budget_ms=5000)
def check_project(project: Project) -> Finding | None:
    """Return a Finding to keep the project from being offered. Called once all files are there, before any of it runs."""
