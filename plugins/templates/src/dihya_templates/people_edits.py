"""Edits of what concerns people: which fields are about somebody and why they are held, who sees and changes what."""

from __future__ import annotations

from typing import Literal

from dihya_hookspecs.access import SHARED_ROLES
from dihya_hookspecs.i18n import gettext as _
from dihya_hookspecs.rgpd import is_special
from pydantic import Field

from .composing import AUDITOR
from .draft import Draft, Edit, Part, refused, title_of
from .entities import purpose_of, starts_of
from .suggesting import ABOUT_NOBODY, slug

Label = str | dict[Literal["en", "fr"], str]
Basis = Literal["consent", "contract", "legal_obligation", "vital_interests", "public_interest", "legitimate_interest"]
Condition = Literal["", "a", "b", "c", "d", "e", "f", "g", "h", "i", "j"]


class SetPersonal(Edit):
    """Say that a field is about a person: a category of data, and a ``purpose`` of its own where it is not the table's."""

    edit: Literal["set_personal"]
    table: str
    field: str
    category: str = Field(max_length=60)
    purpose: str = ""

    def make(self, draft: Draft) -> None:
        table, field = draft.field(self.table, self.field)
        if field["type"] == "reference":
            raise refused("/field", _("a reference says nothing by itself; the record behind it does"))
        if self.purpose and self.purpose not in draft.data["purposes"]:
            known = ", ".join(draft.data["purposes"])
            raise refused("/purpose", _("no purpose %(name)r; one of %(known)s", name=self.purpose, known=known))
        set_personal(draft, table, field, self.category, self.purpose)


class SetImpersonal(Edit):
    """Say that a field is about nobody, and why."""

    edit: Literal["set_impersonal"]
    table: str
    field: str
    reason: Label = ""

    def make(self, draft: Draft) -> None:
        table, field = draft.field(self.table, self.field)
        if field["type"] == "reference":
            raise refused("/field", _("a reference says nothing by itself; the record behind it does"))
        field.pop("personal", None), field.pop("purpose", None)
        field["impersonal"] = draft.lexicon.both(self.reason) if self.reason else ABOUT_NOBODY
        if not any("personal" in each for each in table["fields"]):
            table.pop("purpose", None)


class SetPerson(Edit):
    """Say whether the records of a table are people. Where they are not, a reference has to lead to somebody."""

    edit: Literal["set_person"]
    table: str
    person: bool

    def make(self, draft: Draft) -> None:
        table = draft.table(self.table)
        table.pop("subject", None)
        if self.person:
            table["subject"] = "id"


class SetErasure(Edit):
    """Say what becomes of a record when its person is erased: deleted, or kept without its personal fields."""

    edit: Literal["set_erasure"]
    table: str
    erase: Literal["delete", "anonymise"]

    def make(self, draft: Draft) -> None:
        draft.table(self.table)["erase"] = self.erase


class SetPurpose(Edit):
    """Say for which purpose the personal fields of a table are held, where a field has none of its own."""

    edit: Literal["set_purpose"]
    table: str
    purpose: str

    def make(self, draft: Draft) -> None:
        table = draft.table(self.table)
        if self.purpose not in draft.data["purposes"]:
            known = ", ".join(draft.data["purposes"])
            raise refused("/purpose", _("no purpose %(name)r; one of %(known)s", name=self.purpose, known=known))
        table["purpose"] = self.purpose


class ChangePurpose(Edit):
    """Add a purpose (``purpose`` is empty), or change one: why data is held, on which basis, how long.

    A purpose that somebody changed no longer names the source of what it said before.
    """

    edit: Literal["change_purpose"]
    purpose: str = ""
    title: Label = ""
    basis: Basis | None = None
    retention: str = Field(default="", max_length=120)
    article9: Condition | None = None

    def make(self, draft: Draft) -> None:
        purposes = draft.data["purposes"]
        if self.purpose and self.purpose not in purposes:
            raise refused(
                "/purpose", _("no purpose %(name)r; one of %(known)s", name=self.purpose, known=", ".join(purposes))
            )
        if not self.purpose and not (self.title and self.basis and self.retention):
            raise refused("/title", _("a purpose needs a title, a basis and a retention"))
        name = self.purpose or _new_purpose(draft, self.title if isinstance(self.title, str) else self.title["en"])
        purpose = dict(purposes.get(name, {}))
        if self.title:
            purpose["title"] = draft.lexicon.both(self.title)
        decided = {"basis": self.basis, "retention": self.retention, "article9": self.article9}
        changed = {key: value for key, value in decided.items() if value and purpose.get(key) != value}
        if changed:
            purpose.pop("source", None), purpose.pop("confidence", None)
        purpose |= changed
        if self.article9 == "":
            purpose.pop("article9", None)
        purposes[name] = purpose


class AddRole(Edit):
    """Add a role of the application's own; it may do nothing until tables say so."""

    edit: Literal["add_role"]
    title: Label

    def make(self, draft: Draft) -> None:
        roles = draft.data["roles"]
        if len(roles) >= 12:
            raise refused("/title", _("an application has 12 roles at most"))
        typed = self.title if isinstance(self.title, str) else self.title.get("en", "")
        taken = {role["name"] for role in roles} | {role.name for role in SHARED_ROLES}
        roles.append({"name": _free(slug(typed) or "role", taken), "title": draft.lexicon.both(self.title)})


class RenameRole(Edit):
    """Change what people call a role."""

    edit: Literal["rename_role"]
    role: str
    title: Label

    def make(self, draft: Draft) -> None:
        draft.role(self.role)["title"] = draft.lexicon.both(self.title)


class RemoveRole(Edit):
    """Remove a role; what only it could see or change, only an administrator can from then on."""

    edit: Literal["remove_role"]
    role: str

    def make(self, draft: Draft) -> None:
        draft.data["roles"].remove(draft.role(self.role))
        for table in draft.tables:
            access = table["access"]
            alone = self.role in access["write"] and len(access["write"]) == 1
            table["access"] = {key: [name for name in access[key] if name != self.role] for key in ("read", "write")}
            if alone:
                draft.say(_("only an administrator changes “%(table)s” from now on", table=title_of(table)))


class SetAccess(Edit):
    """Say which roles see and which change the records of a table; who changes them sees them."""

    edit: Literal["set_access"]
    table: str
    read: list[str] = Field(max_length=20)
    write: list[str] = Field(max_length=20)

    def make(self, draft: Draft) -> None:
        table = draft.table(self.table)
        known = [*(role["name"] for role in draft.data["roles"]), *(role.name for role in SHARED_ROLES)]
        for key in ("read", "write"):
            for number, name in enumerate(getattr(self, key)):
                if name not in known:
                    said = _("no role %(name)r; one of %(known)s", name=name, known=", ".join(known))
                    raise refused(f"/{key}/{number}", said)
        table["access"] = {"read": [*dict.fromkeys([*self.read, *self.write])], "write": [*dict.fromkeys(self.write)]}


def set_personal(draft: Draft, table: Part, field: Part, category: str, purpose: str = "") -> None:
    """Make a field personal. Data of a special category gets a purpose whose condition allows it, with the consent of the person if there is none."""
    field.pop("impersonal", None), field.pop("purpose", None)
    field["personal"] = category
    purposes = draft.data["purposes"]
    if not purposes:
        purposes["use"] = {"title": {"en": "running the application", "fr": "fonctionnement de l'application"},
                           "basis": "contract", "retention": "3y"}  # fmt: skip
        draft.say(
            _("held to run the application, on the basis of a contract, for three years; change it if that is not so")
        )
    own = purpose or table.setdefault("purpose", purpose_of(table, draft.by_name, purposes))
    if is_special(category) and not purposes[own].get("article9"):
        own = _allowing(draft, table)
    if own != table["purpose"] or purpose:
        field["purpose"] = own


def _allowing(draft: Draft, table: Part) -> str:
    """Return a purpose under whose condition a table may hold data of a special category."""
    purposes = draft.data["purposes"]
    dates = {field["name"] for field in table["fields"] if field["type"] in ("date", "datetime")} | {"created_at"}
    for name, purpose in purposes.items():
        if purpose.get("article9") and dates.issuperset(starts_of(purpose["retention"])):
            return str(name)
    name = _new_purpose(draft, "sensitive_data")
    purposes[name] = {
        "title": {"en": "what people consented to tell of themselves", "fr": "ce que les personnes ont accepté de dire d'elles-mêmes"},
        "basis": "consent", "retention": purposes[table["purpose"]]["retention"], "article9": "a", "confidence": "to be checked",
    }  # fmt: skip
    draft.say(
        _("held with the explicit consent of the person (article 9(2)(a)); ask whoever signs for data protection")
    )
    if AUDITOR in table["access"]["read"]:
        draft.say(_("an auditor sees “%(table)s”; take that right away if this is not wanted", table=title_of(table)))
    return name


def _new_purpose(draft: Draft, title: str) -> str:
    return _free(slug(title) or "purpose", set(draft.data["purposes"]))


def _free(name: str, taken: set[str]) -> str:
    names = (name, *(f"{name}_{number}" for number in range(2, 1000)))
    return next(each for each in names if each not in taken)


EDITS = (
    SetPersonal, SetImpersonal, SetPerson, SetErasure, SetPurpose, ChangePurpose, AddRole, RenameRole, RemoveRole, SetAccess,
)  # fmt: skip
