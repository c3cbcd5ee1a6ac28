"""The first administrator."""

from __future__ import annotations

from dihya_hookspecs.access import SYSTEM
from dihya_hookspecs.acts import Acts, current
from dihya_hookspecs.app import Notice, Question, SetupStep
from dihya_hookspecs.i18n import Text
from dihya_hookspecs.i18n import gettext as _

from .settings import Settings


def _make_first_administrator(email: str = "") -> str | Notice:
    from .service import FIRST_ADMINISTRATOR, Directory

    email = email or FIRST_ADMINISTRATOR
    with current().get(Acts).open("securite.first_administrator", actor=SYSTEM) as act:
        password = act.get(Directory).first_administrator(SYSTEM, email)
    if not password:
        return _("people are there already; nobody was added")
    return Notice(
        _("%(email)s was added", email=email),
        (
            _(
                "sign in as %(email)s with the one-time password %(password)s; it is shown only now, and ends in %(days)s days",
                email=email,
                password=password,
                days=current().get(Settings).one_time_days,
            ),
        ),
    )


def _address(text: str) -> str:
    from .service import checked_email

    return checked_email(text)


def _nobody_yet() -> bool:
    from .service import nobody_yet

    return nobody_yet(current().session)


ADMIN = Question(
    "admin",
    Text("E-mail address of the first administrator", "Adresse e-mail du premier administrateur"),
    _address,
    _nobody_yet,
)
SETUP = (SetupStep("first administrator", _make_first_administrator, question=ADMIN),)
