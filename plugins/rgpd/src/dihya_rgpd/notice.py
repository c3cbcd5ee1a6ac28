"""The notice to people (RGPD articles 13 and 14), written from the lines of the register and from the settings."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from contextvars import copy_context
from dataclasses import dataclass, field
from itertools import groupby

from dihya_hookspecs.acts import get
from dihya_hookspecs.app import Plugins
from dihya_hookspecs.i18n import Text, use
from dihya_hookspecs.net import Egress
from dihya_hookspecs.settings import SettingLayers

from . import register
from .informing import authority_of
from .rights import rights_on
from .settings import Settings
from .wording import basis as basis_words

EEA = frozenset({
    "AT", "BE", "BG", "CY", "CZ", "DE", "DK", "EE", "ES", "FI", "FR", "GR", "HR", "HU", "IE", "IS", "IT", "LI", "LT", "LU",
    "LV", "MT", "NL", "NO", "PL", "PT", "RO", "SE", "SI", "SK",
})  # fmt: skip
"""The European Union, Iceland, Liechtenstein and Norway: where the RGPD itself holds."""
TRANSFERS = {
    "adequacy": Text("adequacy decision (article 45)", "décision d’adéquation (article 45)"),
    "scc": Text("standard contractual clauses (article 46)", "clauses contractuelles types (article 46)"),
}
_WORDS = {
    "title": Text("Privacy notice", "Notice d’information sur les données personnelles"),
    "controller": Text("Controller", "Responsable de traitement"),
    "officer": Text("Data protection officer", "Délégué à la protection des données"),
    "origin": Text("Where the data comes from", "D’où viennent les données"),
    "basis": Text("Legal basis", "Base légale"),
    "data": Text("Data", "Données"),
    "readers": Text("Who sees it", "Qui les voit"),
    "recipients": Text("Recipients elsewhere", "Destinataires externes"),
    "abroad": Text("Outside the European Economic Area", "Hors de l’Espace économique européen"),
    "kept": Text("Kept for", "Durée de conservation"),
    "rights": Text("Your rights", "Vos droits"),
    "more": Text("What else you should know", "Ce qu’il faut savoir aussi"),
    "unfinished": Text("This notice is unfinished.", "Cette notice est inachevée."),
}
_BETWEEN = Text("; ", "\N{NO-BREAK SPACE}; ")
_INTEREST = Text("legitimate interest: %s", "intérêt légitime : %s")
_ARTICLE9 = Text("article 9(2): %s", "article 9(2) : %s")
_ASK = Text(
    "Ask %s. You have an answer within a month, and it costs nothing.",
    "Adressez-vous à %s. Vous avez une réponse dans le mois, sans frais.",
)
_COMPLAIN = Text(
    "If you think that your rights are not respected, you may complain to the authority: %s",
    "Si vous estimez que vos droits ne sont pas respectés, vous pouvez saisir l’autorité : %s",
)
_ABSENT = {
    "controller": Text("who answers for the data (controller)", "qui répond des données (responsable de traitement)"),
    "origin": Text("where the data comes from", "d’où viennent les données"),
    "authority": Text("the authority to which one complains", "l’autorité que l’on peut saisir"),
}
_NOWHERE = Text(
    "in which country %(host)s is, to which %(plugin)s may send data",
    "dans quel pays se trouve %(host)s, à qui %(plugin)s peut envoyer des données",
)
_UNFOUNDED = Text(
    "what allows %(plugin)s to send data to %(host)s (%(country)s)",
    "ce qui permet à %(plugin)s d’envoyer des données à %(host)s (%(country)s)",
)


@dataclass(frozen=True, slots=True)
class Fact:
    """What the notice says under one label: several values, and all of them as one text."""

    label: str
    values: tuple[str, ...]
    text: str


@dataclass(frozen=True, slots=True)
class Use:
    """One purpose for which data is held, and what people are told about it."""

    purpose: str
    facts: tuple[Fact, ...]


@dataclass(frozen=True, slots=True)
class Gap:
    """What is missing before the notice is whole.

    Attributes:
        setting: the setting of this plugin that says it; empty where another plugin has to.
    """

    said: str
    setting: str = ""


@dataclass(frozen=True, slots=True)
class Notice:
    """The notice in one language: who answers, what is done with the data plugin by plugin, and people's rights.

    Attributes:
        plugins: what people call each plugin, and its purposes.
        rights: sentences on how people use their rights, and to whom they complain.
        more: what the settings add, paragraph by paragraph.
        gaps: what is missing; without any the notice is finished.
    """

    title: str
    facts: tuple[Fact, ...]
    plugins: tuple[tuple[str, tuple[Use, ...]], ...]
    rights: Fact
    more: Fact
    gaps: tuple[Gap, ...] = field(default=())

    @property
    def unfinished(self) -> str:
        """The sentence that says so; empty for a notice that is whole."""
        return str(_WORDS["unfinished"]) if self.gaps else ""


def written() -> Notice:
    """Return the notice in the language of the running act."""
    settings = get(Settings)
    hosts = [(plugin, host) for plugin, host in get(Plugins).collected("register_egress") if host.data]
    groups = groupby(register.opened().lines(), key=lambda line: line.plugin)
    plugins = [(name, tuple(_use(line, hosts) for line in lines)) for name, lines in groups]
    facts = (
        _fact("controller", settings.controller),
        _fact("officer", settings.officer),
        _fact("origin", settings.origin),
    )
    return Notice(
        str(_WORDS["title"]),
        tuple(one for one in facts if one.values),
        tuple((_called(name), uses) for name, uses in plugins),
        _fact("rights", *_rights(settings)),
        _fact("more", *settings.notice_more.split("\n")),
        (*_missing(settings), *_unknown(hosts, {name for name, _ in plugins})),
    )


def written_in(language: str) -> Notice:
    """Return the notice in ``fr`` or ``en``, whatever language the running act speaks."""

    def spoken() -> Notice:
        use(language, None)  # every text of the notice is said in both languages where it is declared
        return written()

    return copy_context().run(spoken)


def markdown(notice: Notice) -> str:
    """Return the notice as Markdown, which reads as plain text too."""
    return "\n".join(_lines(notice))


def _lines(notice: Notice) -> Iterator[str]:
    yield f"# {notice.title}\n"
    if notice.unfinished:
        yield f"**{notice.unfinished}**\n"
        yield from (f"- {_flat(gap.said)}" for gap in notice.gaps)
        yield ""
    yield from _listed(notice.facts)
    for name, uses in notice.plugins:
        yield f"## {_flat(name)}\n"
        for one in uses:
            yield f"### {_flat(one.purpose)}\n"
            yield from _listed(one.facts)
    for part in (notice.rights, notice.more):
        if part.values:
            yield f"## {part.label}\n"
            yield from (f"{_flat(said)}\n" for said in part.values)


def _listed(facts: Sequence[Fact]) -> Iterator[str]:
    yield from (f"- **{one.label}**: {_flat(one.text)}" for one in facts)
    yield ""


def _flat(text: str) -> str:
    """Return a text on one line, in which no tag begins."""
    return re.sub(r"[^\S\xa0\u202f]+", " ", text).strip().replace("<", r"\<")


def _fact(name: str, *values: str) -> Fact:
    told = tuple(dict.fromkeys(value.strip() for value in values if value.strip()))
    return Fact(str(_WORDS[name]), told, str(_BETWEEN).join(told))


def _use(line: register.Processing, hosts: Sequence[tuple[str, Egress]]) -> Use:
    own = [host for plugin, host in hosts if plugin == line.plugin and host.country != "local"]
    basis = str(basis_words(line.basis))
    if line.basis == "legitimate_interest":
        basis = str(_INTEREST) % line.purpose
    facts = (
        _fact("basis", basis, *(str(_ARTICLE9) % condition for condition in line.conditions)),
        _fact("data", *line.categories),
        _fact("readers", *line.readers),
        _fact("recipients", *(f"{host.host} ({host.purpose})" for host in own)),
        _fact("abroad", *(_transfer(host) for host in own if _abroad(host))),
        _fact("kept", *line.retention),
        _fact("rights", *map(str, rights_on(line.basis))),
    )
    return Use(line.purpose, tuple(one for one in facts if one.values))


def _abroad(host: Egress) -> bool:
    return host.country not in EEA and host.country not in ("local", "??")


def _transfer(host: Egress) -> str:
    basis = f"; {TRANSFERS.get(host.basis, host.basis)}" if host.basis else ""
    return f"{host.host} ({host.country}{basis})"


def _rights(settings: Settings) -> Iterator[str]:
    if asked := settings.officer or settings.controller:
        yield str(_ASK) % asked.strip().rstrip(".")
    if authority := authority_of(settings):
        yield str(_COMPLAIN) % str(authority)


def _missing(settings: Settings) -> Iterator[Gap]:
    there = {"controller": settings.controller, "origin": settings.origin, "authority": authority_of(settings) or ""}
    for name, said in _ABSENT.items():
        if not str(there[name]).strip():
            yield Gap(str(said), name)


def _unknown(hosts: Sequence[tuple[str, Egress]], told: set[str]) -> Iterator[Gap]:
    """Yield what plugins with a part in the notice do not say of those to whom they may send data."""
    for plugin, host in hosts:
        values = {"host": host.host, "plugin": _called(plugin), "country": host.country}
        if plugin in told and host.country == "??":
            yield Gap(str(_NOWHERE) % values)
        elif plugin in told and _abroad(host) and not host.basis:
            yield Gap(str(_UNFOUNDED) % values)


def _called(plugin: str) -> str:
    """Return what people call a plugin: as its application or its settings say, or else its name."""
    plugins = get(Plugins)
    if said := dict(plugins.collected("register_applications")).get(plugin):
        return str(said.title)
    if plugins.provides(SettingLayers) and (section := get(SettingLayers).sections().get(plugin)):
        return str(section.title)
    return plugin.replace("_", " ").capitalize()
