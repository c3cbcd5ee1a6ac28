"""Consents at the desk: noting one, and its withdrawal, on pages and over ``/api/v1/rgpd/consents``."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from dihya_hookspecs import Flaw, Invalid
from dihya_hookspecs.acts import current, get
from dihya_hookspecs.i18n import gettext as _
from dihya_hookspecs.rgpd import How, Subject
from dihya_hookspecs.ui import Layout
from dihya_hookspecs.web import body, requires
from flask import Blueprint, jsonify, redirect, request, url_for
from pydantic import Field

from .api import DemandForm
from .consents import opened
from .desk import opened as desk

consent_pages = Blueprint("rgpd_consents", __name__, url_prefix="/rgpd/consent")
consent_api = Blueprint("rgpd_consents_api", __name__, url_prefix="/api/v1/rgpd")
WRITE = "rgpd:write_consents"


class WithdrawalForm(DemandForm):
    """Whose consent, and to what."""

    purpose: str = Field(max_length=120)


class ConsentForm(WithdrawalForm):
    """Who consents, to what, and how."""

    words: str = Field(max_length=4000)
    how: How
    on: date | None = None


@consent_pages.post("/give")
@requires(WRITE)
def give() -> Any:
    """Note a consent, and show the person again, with what is wrong where nothing was noted."""
    form = request.form
    try:
        noted(chosen(), form.get("purpose", ""), form.get("words", ""), form.get("how", ""), _day(form.get("on", "")))
    except Invalid as error:
        current().undo()
        return again(error.flaws[0].detail if error.flaws else error.message, "error")
    return again(_("The consent is noted."), "success")


@consent_pages.post("/withdraw")
@requires(WRITE)
def withdraw() -> Any:
    """Note that a consent is taken back, and show the person again."""
    count = withdrawn(chosen(), request.form.get("purpose", ""))
    return again(_("The consent is withdrawn.") if count else _("No such consent stands any more."), "success")


@consent_api.get("/purposes")
@requires("rgpd:read_consents")
def purposes() -> Any:
    """List what plugins use data about people for, where these have a say in it."""
    return jsonify(
        items=[
            {
                "name": one.name,
                "title": one.title,
                "basis": one.purpose.basis,
                "marketing": one.purpose.marketing,
            }
            for one in opened().catalogue.all.values()
        ]
    )


@consent_api.post("/consents/give")
@requires(WRITE)
def give_over_rest() -> Any:
    """Note a consent."""
    form = body(ConsentForm)
    return jsonify(subjects=noted(demanded(form), form.purpose, form.words, form.how, form.on)), 201


@consent_api.post("/consents/withdraw")
@requires(WRITE)
def withdraw_over_rest() -> Any:
    """Note that a consent is taken back; ``withdrawn`` is 0 where none stood."""
    form = body(WithdrawalForm)
    return jsonify(withdrawn=withdrawn(demanded(form), form.purpose))


def noted(subjects: Sequence[Subject], purpose: str, words: str, how: Any, on: date | None) -> int:
    """Note a consent of one person; return under how many subjects."""
    ledger = opened()
    plugin = ledger.catalogue.get(purpose).plugin
    theirs = of_the_plugin(subjects, plugin)
    for subject in theirs:
        ledger.given(subject, purpose, words, how, on)
    return len(theirs)


def withdrawn(subjects: Sequence[Subject], purpose: str) -> int:
    """Withdraw a consent of one person; return under how many subjects it stood."""
    return sum(opened().withdrawn(subject, purpose) for subject in subjects)


def of_the_plugin(subjects: Sequence[Subject], plugin: str) -> Sequence[Subject]:
    """Return by which of their subjects a plugin knows a person: those in its own tables, or all where there is none."""
    return [one for one in subjects if one.plugin == plugin] or subjects


def again(said: str, kind: str) -> Any:
    """Lead back to the person. By 307, which sends the form on: an address must not stand in a URL."""
    get(Layout).flash(said, kind)
    return redirect(url_for("rgpd.person"), 307)


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text) if text else None
    except ValueError:
        said = _("the day is written as 2026-03-31")
        raise Invalid(said, flaws=[Flaw("/on", said)]) from None


def chosen() -> list[Subject]:
    """Return the subjects that the form names as ``table:key``. Raises Invalid where it names none."""
    named = [text.partition(":") for text in request.form.getlist("subject")]
    if not named:
        raise Invalid("no subject given; find the person first", flaws=[Flaw("/subject", "is missing")])
    return [desk().subject(table, key) for table, _colon, key in named]


def demanded(form: DemandForm) -> list[Subject]:
    """Return the subjects that a call names, or those known by its identifier."""
    if form.subjects:
        return [desk().subject(one.table, one.key) for one in form.subjects]
    return desk().known(form.identifier)
