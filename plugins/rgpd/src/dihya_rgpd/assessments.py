"""Impact assessments (RGPD article 35), and for which plugins the declarations of their columns call for one."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime

from dihya_hookspecs import DihyaError, Flaw, Invalid
from dihya_hookspecs.acts import current
from dihya_hookspecs.data import Record, Records, impersonal, personal
from dihya_hookspecs.fields import Choice, LocalDate, LongText, ShortText
from dihya_hookspecs.i18n import Text
from dihya_hookspecs.i18n import gettext as _
from dihya_hookspecs.rgpd import is_special
from dihya_hookspecs.rules import required_when
from sqlalchemy import String, inspect, or_, select
from sqlalchemy.orm import Mapped

STATES = {
    "draft": ("Draft", "Projet"),
    "adopted": ("Adopted", "Adoptée"),
    "again": ("To be looked at again", "À revoir"),
}
REMAINING = {
    "unsure": ("To be assessed", "À évaluer"),
    "acceptable": ("Acceptable", "Acceptable"),
    "high": ("High", "Élevé"),
}
OFFENCES, CHILDREN = "criminal_history", "childrens"
"""The categories (fideslang) of data about offences (article 10), and about children."""
_SPECIAL = Text("data of a special category (article 9): %s", "données d’une catégorie particulière (article 9) : %s")
_OFFENCES = Text("data about offences (article 10)", "données sur des infractions (article 10)")
_CHILDREN = Text("data about children", "données concernant des enfants")
_ADOPTED = {"state": "adopted"}


def today() -> date:
    """The day, in UTC."""
    return datetime.now(UTC).date()


class Assessment(
    Record,
    subject="author",
    purpose=("knowing who wrote an impact assessment", "savoir qui a rédigé une analyse d’impact"),
    basis="legitimate_interest",
    retention="account",
    source="RGPD article 35",
    confidence="found",
    erase="anonymise",
    title=("Impact assessments", "Analyses d’impact"),
    singular=("impact assessment", "analyse d’impact"),
):
    """What the processing of one plugin means for people, what was decided, and when it is looked at again. It names nobody."""

    __tablename__ = "rgpd_assessments"
    __rules__ = (
        *(
            required_when(name, _ADOPTED)
            for name in ("description", "necessity", "risks", "measures", "decision", "look_again_on")
        ),
        required_when("consulted_on", {**_ADOPTED, "remaining": "high"}),
    )

    plugin: Mapped[str] = impersonal(
        "the name of a plugin", ShortText(60), index=True, label=("Plugin", "Plugin"), search=True,
        help=("By its name in the register.", "Par son nom dans le registre."),
    )  # fmt: skip
    description: Mapped[str | None] = impersonal(
        "about processing", LongText(8000), listed=False, label=("Description and purposes", "Description et finalités"),
        help=("What is done with which data, step by step (article 35(7)(a)).", "Ce qui est fait de quelles données, pas à pas (article 35(7)(a))."),
    )  # fmt: skip
    necessity: Mapped[str | None] = impersonal(
        "about processing", LongText(8000), listed=False, label=("Necessity and proportion", "Nécessité et proportionnalité"),
        help=("Why less data, or less time, would not do (b).", "Pourquoi moins de données, ou moins longtemps, ne suffirait pas (b)."),
    )  # fmt: skip
    risks: Mapped[str | None] = impersonal(
        "about processing", LongText(8000), listed=False, label=("Risks for people", "Risques pour les personnes"),
        help=("What may happen to them, how likely and how grave (c).", "Ce qui peut leur arriver, avec quelle vraisemblance et quelle gravité (c)."),
    )  # fmt: skip
    measures: Mapped[str | None] = impersonal(
        "about processing", LongText(8000), listed=False, label=("Measures against them", "Mesures contre ces risques"),
        help=("What is done so that it does not happen, or harms less (d).", "Ce qui est fait pour l’éviter, ou en réduire les effets (d)."),
    )  # fmt: skip
    views: Mapped[str | None] = impersonal(
        "about processing", LongText(4000), listed=False, label=("Views of people", "Avis des personnes"),
        help=("Of those concerned or who speak for them, where they were asked (article 35(9)).", "De celles concernées ou qui parlent pour elles, si elles ont été consultées (article 35(9))."),
    )  # fmt: skip
    opinion: Mapped[str | None] = impersonal(
        "about processing", LongText(4000), listed=False, label=("Opinion of the officer", "Avis du délégué"),
        help=("Asked wherever there is one (article 35(2)).", "Demandé dès qu’il y en a un (article 35(2))."),
    )  # fmt: skip
    remaining: Mapped[str] = impersonal(
        "a level", Choice(REMAINING), default="unsure", label=("Risk that remains", "Risque résiduel"),
    )  # fmt: skip
    consulted_on: Mapped[date | None] = impersonal(
        "a day", LocalDate(), listed=False, label=("Authority consulted on", "Autorité consultée le"),
        help=("Where a high risk remains, before the processing begins (article 36).", "Si un risque élevé demeure, avant que le traitement commence (article 36)."),
    )  # fmt: skip
    decision: Mapped[str | None] = impersonal(
        "about processing", LongText(4000), listed=False, label=("Decision", "Décision")
    )
    look_again_on: Mapped[date | None] = impersonal(
        "a day", LocalDate(), label=("Next look on", "À revoir le"), index=True
    )
    state: Mapped[str] = impersonal(
        "how far it is",
        Choice(STATES, moves={"draft": ("adopted",), "adopted": ("again",), "again": ("adopted", "draft")}),
        default="draft", label=("State", "État"), index=True,
    )  # fmt: skip
    adopted_on: Mapped[date | None] = impersonal(
        "a day", LocalDate(), read_only=True, label=("Adopted on", "Adoptée le")
    )
    author: Mapped[str | None] = personal(
        "unique_id", String(200), read_only=True, listed=False, label=("Begun by", "Commencée par")
    )


class Assessments(Records[Assessment]):
    """The impact assessments; the day of adoption follows from the state."""

    model = Assessment
    search = ("plugin", "description")
    order = "plugin"

    def check(self, record: Assessment) -> None:
        """Set what follows, and refuse what nobody has assessed."""
        changed = inspect(record).attrs
        adopting = record.state == "adopted" and changed.state.history.has_changes()
        if record.author is None and record.id is None and (actor := current().actor):
            record.author = actor.id
        if changed.plugin.history.has_changes() and record.plugin not in (known := _holders()):
            names = ", ".join(sorted(known))
            raise _invalid(
                "/plugin",
                _("no active plugin of this name holds data about people; write one of %(names)s", names=names),
            )
        if record.state == "adopted" and record.remaining == "unsure":
            raise _invalid("/remaining", _("say which risk remains; without that nothing was assessed"))
        if adopting and record.look_again_on and record.look_again_on <= today():
            raise _invalid("/look_again_on", _("the next look lies ahead; give a day after today"))
        record.adopted_on = today() if adopting else None if record.state == "draft" else record.adopted_on


@dataclass(frozen=True, slots=True)
class Need:
    """Why a plugin calls for an assessment, as far as its columns say, and the one that is adopted.

    Attributes:
        pressing: data of articles 9 or 10; otherwise one criterion among several, for the officer to weigh.
        adopted: None where there is none, or its next look is past.
    """

    reasons: tuple[str, ...]
    pressing: bool
    adopted: Assessment | None = None


def needs() -> Mapping[str, Need]:
    """Return by plugin why its columns call for an assessment; plugins that do not are left out."""
    asked = select(Assessment).where(
        Assessment.state == "adopted", or_(Assessment.look_again_on.is_(None), Assessment.look_again_on >= today())
    )
    adopted = {one.plugin: one for one in current().session.scalars(asked)}
    found: dict[str, dict[str, bool]] = {}
    for plugin, category in _held():
        for reason, pressing in _reasons(category):
            found.setdefault(plugin, {})[reason] = pressing
    return {
        plugin: Need(tuple(reasons), any(reasons.values()), adopted.get(plugin))
        for plugin, reasons in sorted(found.items())
    }


def probe() -> str:
    """Return that each plugin with data of articles 9 or 10 has an adopted assessment, or raise DihyaError with those that have none."""
    pressing = {plugin: need for plugin, need in needs().items() if need.pressing}
    lacking = [f"{plugin} ({'; '.join(need.reasons)})" for plugin, need in pressing.items() if need.adopted is None]
    if lacking:
        raise DihyaError(
            f"no adopted impact assessment (article 35) for {', '.join(lacking)}; write it at /rgpd/assessments/",
            code="rgpd-assessment",
        )
    if not pressing:
        return "no plugin holds data of articles 9 or 10"
    return f"{', '.join(pressing)}: an adopted impact assessment each"


def _reasons(category: str) -> Iterator[tuple[str, bool]]:
    from .wording import category as words

    if is_special(category):
        yield str(_SPECIAL) % str(words(category)), True
    if category == OFFENCES or category.startswith(f"{OFFENCES}."):
        yield str(_OFFENCES), True
    if category == CHILDREN or category.startswith(f"{CHILDREN}."):
        yield str(_CHILDREN), False


def _held() -> Iterator[tuple[str, str]]:
    """Yield the plugin and the category of each column about people."""
    from .desk import opened

    annotations = opened().annotations
    for table, _column, declared in annotations.places():
        yield annotations.owners[table.name], declared.category


def _holders() -> set[str]:
    return {plugin for plugin, _category in _held()}


def _invalid(pointer: str, said: str) -> Invalid:
    return Invalid(said, code="rule", flaws=[Flaw(pointer, said, "rule")])
