"""What article 15(1) asks to be told beside the data itself: who answers for it, who receives it, where one may complain."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from dihya_hookspecs.access import Access
from dihya_hookspecs.acts import get
from dihya_hookspecs.app import Plugins
from dihya_hookspecs.i18n import Text
from sqlalchemy import Table

from .cells import Deeds, deeds_of
from .recipients import hosts, readers
from .settings import Settings

AUTHORITIES = {
    "FR": Text(
        "the French authority: CNIL, 3 place de Fontenoy, TSA 80715, 75334 Paris Cedex 07, www.cnil.fr",
        "l’autorité française : CNIL, 3 place de Fontenoy, TSA 80715, 75334 Paris Cedex 07, www.cnil.fr",
    )
}
"""Where one complains (article 77), by the country of the installation."""
ELSEWHERE = Text(
    "the data protection authority of the country in which you live or work",
    "l’autorité de protection des données du pays où vous vivez ou travaillez",
)


@dataclass(frozen=True, slots=True)
class Facts:
    """What an export's page says beside the data.

    Attributes:
        controller, officer: as the settings say them; empty where nobody has.
        authority: to whom one may complain.
        readers: the roles that may read a table.
        hosts: where a plugin may send data about people.
        deeds: what the names of audited actions mean.
    """

    controller: str = ""
    officer: str = ""
    authority: Text = ELSEWHERE
    readers: Callable[[Table], Sequence[Text]] = lambda table: ()
    hosts: Callable[[str], Sequence[Text]] = lambda plugin: ()
    deeds: Deeds = field(default_factory=dict[str, Text])


def authority_of(settings: Settings) -> Text | None:
    """Return to whom people complain, as the settings say it or as the country has it; None where neither is known."""
    said = settings.authority.strip()
    return Text(said, said) if said else AUTHORITIES.get(settings.country)


def gathered(settings: Settings) -> Facts:
    """Return the facts of this installation, inside an act."""
    access, plugins = get(Access), get(Plugins)
    declared = list(plugins.collected("register_egress"))
    return Facts(
        settings.controller,
        settings.officer,
        authority_of(settings) or ELSEWHERE,
        lambda table: readers(access, table),
        lambda plugin: hosts(declared, plugin),
        deeds_of(plugins.collected("register_audit_actions")),
    )
