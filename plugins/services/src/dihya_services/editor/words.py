"""What the editor's pages say of types, categories, bases and retentions, in the reader's language."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from dihya_hookspecs.i18n import gettext as _
from dihya_hookspecs.i18n import language
from dihya_hookspecs.rgpd import Retention

from .parts import Part, said, title_of, used_by

CATEGORIES = (
    "name", "name.first", "name.last", "contact.email", "contact.phone_number", "contact.address", "contact.address.city",
    "contact.address.postal_code", "contact.url", "contact.organization", "demographic", "demographic.date_of_birth",
    "demographic.gender", "demographic.marital_status", "childrens", "job_title", "workplace", "account", "behavior", "content",
    "content.private", "financial", "financial.account_number", "payment", "location", "unique_id", "government_id",
    "health_and_medical", "biometric",
)  # fmt: skip
"""The categories among which a person chooses; one that a document holds besides stays."""


def types() -> dict[str, str]:
    """Return the types of a field, in the order in which they are offered."""
    return {
        "text": _("short text"), "long_text": _("long text"), "integer": _("whole number"), "decimal": _("decimal number"),
        "money": _("amount of money"), "percentage": _("percentage"), "boolean": _("yes or no"), "date": _("date"),
        "datetime": _("date and time"), "email": _("e-mail address"), "phone": _("phone number"), "url": _("web address"),
        "iban": _("bank account (IBAN)"), "enum": _("choice"), "reference": _("link to another table"),
        "sequence": _("automatic number"),
    }  # fmt: skip


def categories(also: str = "") -> dict[str, str]:
    """Return categories of personal data in words, and *also* where it is none of them."""
    words = {
        "name": _("name"), "name.first": _("first name"), "name.last": _("last name"), "contact.email": _("e-mail address"),
        "contact.phone_number": _("phone number"), "contact.address": _("postal address"), "contact.address.city": _("town"),
        "contact.address.postal_code": _("postal code"), "contact.url": _("web address"),
        "contact.organization": _("organisation"), "demographic": _("personal situation"),
        "demographic.date_of_birth": _("date of birth"), "demographic.gender": _("gender"),
        "demographic.marital_status": _("marital status"), "childrens": _("data of children"), "job_title": _("function"),
        "workplace": _("place of work"), "account": _("file of the person"), "behavior": _("activity"),
        "content": _("what is written about the person"), "content.private": _("private message"),
        "financial": _("finances"), "financial.account_number": _("bank account"), "payment": _("payment"),
        "location": _("whereabouts"), "unique_id": _("identifier"), "government_id": _("official number"),
        "health_and_medical": _("health (special category)"), "biometric": _("biometrics (special category)"),
    }  # fmt: skip
    return words if not also or also in words else {**words, also: also.replace(".", ", ").replace("_", " ")}


def bases() -> dict[str, str]:
    """Return the legal bases, each with what it means."""
    return {
        "consent": _("consent: the person agreed, and can take it back"),
        "contract": _("contract: without it what was agreed with the person cannot be done"),
        "legal_obligation": _("legal obligation: a law demands it"),
        "vital_interests": _("vital interests: a life depends on it"),
        "public_interest": _("public task: an authority does its work"),
        "legitimate_interest": _("legitimate interest: a good reason that outweighs the person's own"),
    }


def conditions() -> dict[str, str]:
    """Return the conditions of RGPD article 9(2) under which data of a special category may be held."""
    return {
        "a": _("explicit consent"), "b": _("employment and social protection"), "c": _("vital interests"),
        "d": _("members of a non-profit body"), "e": _("made public by the person"), "f": _("legal claims"),
        "g": _("substantial public interest"), "h": _("health care"), "i": _("public health"), "j": _("archives and research"),
    }  # fmt: skip


def kept(retention: str, document: Part, purpose: str = "") -> str:
    """Return how long something is kept, in words; a date is named as the tables that it counts in name it."""
    try:
        parsed = Retention.parse(retention)
    except ValueError:
        return retention
    names: dict[str, str] = {}
    for table in used_by(document, purpose) or document["entities"]:
        for field in table["fields"]:
            names.setdefault(field["name"], _("“%(name)s”", name=title_of(field)))
    spans = tuple(replace(span, after=names.get(span.after, span.after)) for span in parsed.spans)
    return str(
        getattr(replace(parsed, spans=spans).words, language.get(), None) or replace(parsed, spans=spans).words.en
    )


def why(purpose: Part, document: Part, name: str = "") -> str:
    """Return one sentence on a purpose: what for, on which basis, how long."""
    return _(
        "%(title)s – %(basis)s; kept: %(kept)s",
        title=said(purpose["title"]),
        basis=bases().get(purpose["basis"], purpose["basis"]),
        kept=kept(purpose["retention"], document, name),
    )


def did(edit: Mapping[str, Any], document: Part) -> str:
    """Return what an edit did, as one sentence; *document* is the one before it."""
    names = {"table": _called(document, edit), "field": _called(document, edit, inside=True)}
    told = said(edit.get("label") or edit.get("title") or "")
    match edit["edit"]:
        case "set_title":
            return _("The application is called “%(title)s”.", title=told)
        case "set_name":
            return _("The technical name is “%(name)s”.", name=edit["name"])
        case "set_language":
            return _("The language is changed.")
        case "add_table":
            return _("Table “%(title)s” is added.", title=told or str(edit.get("block", "")).replace("_", " "))
        case "rename_table":
            return _("Table “%(table)s” is called “%(title)s” now.", title=told or edit.get("name", ""), **names)
        case "remove_table":
            return _("Table “%(table)s” is removed.", **names)
        case "move_table":
            return _("Table “%(table)s” is moved.", **names)
        case "arrange_table":
            return _("The list of “%(table)s” is arranged.", **names)
        case "add_field":
            return _("Field “%(label)s” is added to “%(table)s”.", label=told, **names)
        case "rename_field" if told and told != names["field"]:
            return _("Field “%(field)s” of “%(table)s” is called “%(label)s” now.", label=told, **names)
        case "remove_field":
            return _("Field “%(field)s” of “%(table)s” is removed.", **names)
        case "move_field":
            return _("Field “%(field)s” of “%(table)s” is moved.", **names)
        case "set_choices" | "change_field" | "rename_field":
            return _("Field “%(field)s” of “%(table)s” is changed.", **names)
        case "set_personal":
            return _("“%(field)s” is about the person.", **names)
        case "set_impersonal":
            return _("“%(field)s” is about nobody.", **names)
        case "set_access":
            return _("Who sees and changes “%(table)s” is decided.", **names)
        case "add_role":
            return _("Role “%(title)s” is added.", title=told)
        case "rename_role":
            return _("The role is called “%(title)s” now.", title=told)
        case "remove_role":
            return _("Role “%(role)s” is removed.", role=_role(document, edit["role"]))
        case "change_purpose":
            return _("The purpose is saved.")
    return _("“%(table)s” is changed.", **names) if names["table"] else _("The structure is changed.")


def _called(document: Part, edit: Mapping[str, Any], inside: bool = False) -> str:
    table = next((each for each in document["entities"] if each["name"] == edit.get("table")), None)
    if not inside or table is None:
        return title_of(table) if table else str(edit.get("table", ""))
    field = next((each for each in table["fields"] if each["name"] == edit.get("field")), None)
    return title_of(field) if field else str(edit.get("field", ""))


def _role(document: Part, name: str) -> str:
    return next((title_of(role) for role in document["roles"] if role["name"] == name), name)
