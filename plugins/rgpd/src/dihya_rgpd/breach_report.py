"""The draft of a report to the authority, with the fields of article 33(3)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from dihya_hookspecs.acts import get
from dihya_hookspecs.app import Plugins
from dihya_hookspecs.i18n import Text
from dihya_hookspecs.i18n import gettext as _
from dihya_hookspecs.ui import Formats

from .breaches import RISKS, TELLING, Breach, now
from .settings import Settings


@dataclass(frozen=True, slots=True)
class Part:
    """A field of the report.

    Attributes:
        article: which one wants it.
        text: empty for what is not known yet; it may follow later (article 33(4)).
    """

    article: str
    label: str
    text: str


def parts(breach: Breach) -> list[Part]:
    """Return the fields of the report in their order, in the reader's language."""
    settings = get(Settings)
    return [
        Part("33(3)(b)", _("Controller"), settings.controller),
        Part("33(3)(b)", _("Contact point"), settings.officer),
        Part("33(1)", _("Noticed at"), _moment(breach.noticed_at)),
        *([Part("33(1)", _("Reasons for the delay"), breach.why_late or "")] if _late(breach) else []),
        Part("33(3)(a)", _("Began at"), _moment(breach.began_at)),
        Part("33(3)(a)", _("What happened"), breach.happened or ""),
        Part("33(3)(a)", _("Kind of breach"), "; ".join(_kinds(breach))),
        Part("33(3)(a)", _("Categories of people"), breach.people or ""),
        Part("33(3)(a)", _("People, about"), _number(breach.number)),
        Part("33(3)(a)", _("Categories of data"), breach.data or ""),
        Part("33(3)(a)", _("Records, about"), _number(breach.records)),
        Part("33(3)(c)", _("Likely consequences"), breach.consequences or ""),
        Part("33(3)(c)", _("Risk for people"), "" if breach.risk == "unsure" else str(Text(*RISKS[breach.risk]))),
        Part("33(3)(d)", _("Measures taken or proposed"), breach.measures or ""),
        Part("34", _("People are told"), _telling(breach)),
    ]


def plain(breach: Breach) -> str:
    """Return the report as plain text, to be pasted into the form of the authority."""
    lines = [_("Report of a breach of personal data (article 33) – draft"), breach.what, ""]
    for part in parts(breach):
        lines += [f"{part.label} ({part.article})", part.text or _("not known yet; to follow (article 33(4))"), ""]
    return "\n".join(lines)


def _late(breach: Breach) -> bool:
    return (breach.reported_at or now()) > breach.due_at


def _kinds(breach: Breach) -> Iterator[str]:
    if breach.seen:
        yield _("confidentiality: seen by somebody who may not")
    if breach.altered:
        yield _("integrity: changed without right")
    if breach.lost:
        yield _("availability: lost or out of reach")


def _telling(breach: Breach) -> str:
    if breach.told_at:
        return _("told at %(moment)s", moment=_moment(breach.told_at))
    if breach.tell == "no" and breach.why_untold:
        return _("no: %(why)s", why=breach.why_untold)
    return "" if breach.tell == "unsure" else str(Text(*TELLING[breach.tell]))


def _moment(moment: datetime | None) -> str:
    if moment is None:
        return ""
    return get(Formats).datetime(moment) if get(Plugins).provides(Formats) else moment.isoformat(timespec="minutes")


def _number(number: int | None) -> str:
    return "" if number is None else str(number)
