"""What is stored of settings: for the application, for each person, and a number that grows with each change."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from dihya_hookspecs.data import Model, impersonal, personal
from dihya_hookspecs.fields import UTCDateTime
from sqlalchemy import JSON, Boolean, Integer, String
from sqlalchemy.orm import Mapped


class Value(
    Model,
    audited=False,
    subject="changed_by",
    purpose=("knowing who changed a setting", "savoir qui a modifié un réglage"),
    basis="legitimate_interest",
    retention="account",
    erase="anonymise",
    title=("Settings", "Réglages"),
    singular=("setting", "réglage"),
):
    """A value for the application. Not audited row by row: each change is recorded as an act of its own, with its values."""

    __tablename__ = "settings_values"

    plugin: Mapped[str] = impersonal("whose setting it is", String(64), primary_key=True)
    field: Mapped[str] = impersonal("which one", String(120), primary_key=True)
    value: Mapped[Any] = impersonal("what the application does; a secret is sealed", JSON, nullable=True)
    kept: Mapped[bool] = impersonal("false since somebody went back to the default", Boolean, default=True)
    version: Mapped[int] = impersonal("the number of the last change", Integer)
    changed_at: Mapped[datetime] = impersonal("when it was last changed", UTCDateTime())
    changed_by: Mapped[str | None] = personal("unique_id", String(64), label=("Changed by", "Modifié par"))
    changed_name: Mapped[str | None] = personal(
        "name", String(120), label=("Name of who changed it", "Nom de qui l’a modifié")
    )


class Choice(
    Model,
    audited=False,
    subject="person",
    purpose=("showing the application as each person likes it", "présenter l’application comme chacun la préfère"),
    basis="contract",
    retention="account",
    title=("Own settings", "Réglages personnels"),
    singular=("own setting", "réglage personnel"),
):
    """What a person chose for themselves. Not audited row by row: that it was changed is recorded, not to what."""

    __tablename__ = "settings_choices"

    person: Mapped[str] = personal("unique_id", String(64), primary_key=True, label=("Person", "Personne"))
    plugin: Mapped[str] = impersonal("whose setting it is", String(64), primary_key=True)
    field: Mapped[str] = impersonal("which one", String(120), primary_key=True)
    value: Mapped[Any] = personal("content", JSON, nullable=True, label=("Value", "Valeur"))
    kept: Mapped[bool] = impersonal("false since the person went back to the default", Boolean, default=True)
    version: Mapped[int] = impersonal("the number of the last change", Integer, index=True)
    changed_at: Mapped[datetime] = impersonal("when it was last changed", UTCDateTime())


class Epoch(
    Model,
    audited=False,
    title=("State of the settings", "État des réglages"),
    singular=("state of the settings", "état des réglages"),
):
    """One row, locked by whoever changes a setting; who reads a new number here reads the settings again. Not audited."""

    __tablename__ = "settings_epoch"

    id: Mapped[int] = impersonal("always 1", Integer, primary_key=True, autoincrement=False)
    number: Mapped[int] = impersonal("counts changes", Integer)
