"""The first administrator."""

from __future__ import annotations

from dihya_hookspecs.access import SYSTEM
from dihya_hookspecs.acts import Acts, current
from dihya_hookspecs.app import Notice, SetupStep
from dihya_hookspecs.i18n import gettext as _

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


SETUP = (SetupStep("first administrator", _make_first_administrator),)
