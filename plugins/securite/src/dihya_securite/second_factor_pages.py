"""One's own second factor: set up an app, make recovery codes, remove an app."""

from __future__ import annotations

from typing import Any

from dihya_hookspecs import Invalid
from dihya_hookspecs.acts import current, get
from dihya_hookspecs.i18n import gettext as _
from dihya_hookspecs.ui import Layout
from dihya_hookspecs.web import requires
from flask import Blueprint, redirect, request, url_for

from .authenticators import Authenticators, Offer
from .faults import sentence
from .identity import signed_in
from .keys import own_id
from .models import Person
from .service import Directory
from .sessions import Sessions
from .settings import Settings

second_factor = Blueprint("securite_second_factor", __name__, url_prefix="/securite/account/second-factor")


@second_factor.get("")
@requires("securite:account")
def show() -> Any:
    """My apps; without one, or with ``add``, a secret to put into an app."""
    return _page()


@second_factor.post("")
@requires("securite:account", confirmed=True)
def add() -> Any:
    """Take the app whose code was typed, and show recovery codes, once; my other sessions end."""
    apps, form = get(Authenticators), request.form
    offer = apps.accepted(_me(), form.get("offer", ""), request.host)
    if offer is None:
        return _page(
            error=_("This took too long: the secret is another one now. Put it into your app again."), status=422
        )
    try:
        given = apps.add(signed_in(), offer, form.get("code", ""), form.get("title", ""))
    except Invalid as error:
        current().undo()
        return _page(offer, error=sentence(error.message), status=error.status)
    get(Sessions).end_others(own_id(signed_in()), signed_in().session)
    if given:
        return _codes(given, 201)
    get(Layout).flash(_("The app is set up."), "success")
    return redirect(url_for("securite_second_factor.show"), 303)


@second_factor.post("/codes")
@requires("securite:account", confirmed=True)
def renew_codes() -> Any:
    """Make new recovery codes and show them, once."""
    return _codes(get(Authenticators).renew_codes(signed_in()))


@second_factor.post("/<id>/remove")
@requires("securite:account", confirmed=True)
def remove(id: str) -> Any:
    """Remove one of my apps."""
    get(Authenticators).remove(signed_in(), id)
    get(Layout).flash(_("The app is removed."), "success")
    return redirect(url_for("securite_second_factor.show"), 303)


def _me() -> Person:
    return get(Directory).get(own_id(signed_in()))


def _page(offer: Offer | None = None, error: str = "", status: int = 200) -> Any:
    me, apps = _me(), get(Authenticators)
    if offer is None and (error or "add" in request.args or not me.second_factor):
        offer = apps.offer(me, request.host)
    response = get(Layout).page(
        "securite/second_factor.html", title=_("Second factor"), status=status, error=error, offer=offer,
        picture=_picture(offer), apps=apps.of(me.id), left=apps.codes_left(me.id), must=_must(me),
    )  # fmt: skip
    response.headers["Cache-Control"] = "no-store"
    return response


def _must(person: Person) -> bool:
    return not get(Settings).second_factor_roles.isdisjoint(person.roles)


def _picture(offer: Offer | None) -> str:
    """Return the QR code of an offer, as SVG: dark on white also on a dark page, since not every camera reads the reverse."""
    if offer is None:
        return ""
    import segno

    code = segno.make(offer.uri, error="m", micro=False)
    return code.svg_inline(scale=4, border=4, dark="#000", light="#fff", svgclass="qr", lineclass=None)


def _codes(given: list[str], status: int = 200) -> Any:
    response = get(Layout).page(
        "securite/recovery_codes.html", title=_("Recovery codes"), status=status, codes=given, host=request.host
    )
    response.headers["Cache-Control"] = "no-store"
    return response
