"""The first administrator, and whether somebody can still administer."""

from __future__ import annotations

from dihya_hookspecs.access import SYSTEM
from dihya_hookspecs.acts import Acts, current
from dihya_hookspecs.app import Notice, SetupStep
from dihya_hookspecs.i18n import gettext as _
from dihya_hookspecs.ops import HealthCheck

from .settings import Settings


def _make_first_administrator() -> str | Notice:
    from .service import FIRST_ADMINISTRATOR, Directory

    with current().get(Acts).open("securite.first_administrator", actor=SYSTEM) as act:
        password = act.get(Directory).first_administrator(SYSTEM)
    if not password:
        return _("people are there already; nobody was added")
    return Notice(
        _("%(email)s was added", email=FIRST_ADMINISTRATOR),
        (
            _(
                "sign in as %(email)s with the one-time password %(password)s; it is shown only now, and ends in %(days)s days",
                email=FIRST_ADMINISTRATOR,
                password=password,
                days=current().get(Settings).one_time_days,
            ),
        ),
    )


STEP = SetupStep("first administrator", _make_first_administrator)


def health_checks() -> list[HealthCheck]:
    """What must hold for people to get in."""
    return [
        HealthCheck("securite.administrator", _somebody_administers),
        HealthCheck("securite.signing_key", _tokens_can_be_signed, critical=False),
    ]


def _somebody_administers() -> str:
    from .service import Directory

    with current().get(Acts).open("securite.health", actor=SYSTEM) as act:
        count = len(act.get(Directory).administrators())
    if not count:
        raise RuntimeError("there is no active administrator; run: dihya people add EMAIL --role admin")
    return f"{count} active administrators" if count > 1 else "one active administrator"


def _tokens_can_be_signed() -> str:
    from .keyring import KeyRing

    return f"tokens are signed with key {current().get(KeyRing).signing().kid}"
