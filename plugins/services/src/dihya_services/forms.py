"""What people send: bodies of the API and fields of the page."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Literal

from dihya_hookspecs import Flaw, Invalid
from dihya_hookspecs.i18n import gettext as _
from pydantic import BaseModel, ConfigDict, Field

if TYPE_CHECKING:
    from werkzeug.datastructures import MultiDict

LARGEST = 200_000


class Asked(BaseModel):
    """Body of ``POST /api/v1/generations/proposals``."""

    model_config = ConfigDict(extra="forbid")

    idea: str = Field(max_length=LARGEST)
    language: Literal["fr", "en"] = "fr"
    template: str = Field(default="", max_length=64)


class Wanted(BaseModel):
    """Body of ``POST /api/v1/generations``: an idea, the id of a proposal or a structure, and what was decided about it."""

    model_config = ConfigDict(extra="forbid")

    idea: str = Field(default="", max_length=LARGEST)
    proposal: str = Field(default="", max_length=64)
    template: str = Field(default="", max_length=64)
    name: str = Field(default="", max_length=40)
    title: str = Field(default="", max_length=80)
    options: dict[str, Any] = Field(default_factory=dict, max_length=100)
    language: Literal["", "fr", "en"] = ""
    entities: list[dict[str, Any]] | None = Field(default=None, max_length=40)
    structure: dict[str, Any] | None = None
    changes: str = Field(default="", max_length=40, description="The active plugin whose next version this is.")
    since: str = Field(default="", max_length=40, description="The version that was changed; the installed one.")

    def kind(self) -> str:
        """Return what is begun: ``proposal``, ``changes``, ``structure`` or ``idea``. Raises Invalid.

        What is given beside it must have an effect: a caller who sends what nobody reads believes something that is not so.
        """
        kind = next((name for name in ("proposal", "changes", "idea") if getattr(self, name)), "structure")
        if kind == "structure" and self.structure is None:
            text = _("an idea, a proposal or a structure is needed")
            raise Invalid(text, code="idea", flaws=[Flaw("/idea", text, "missing")])
        futile = set(UNREAD[kind]) | (set(UNREAD["structure"]) if self.structure is not None else set())
        given = [
            name for name in type(self).model_fields if name in futile and getattr(self, name) not in ("", {}, None)
        ]
        if given:
            text = _("%(field)s is not read beside %(kind)s; leave one of them out", field=given[0], kind=kind)
            raise Invalid(text, code="unread", flaws=[Flaw(f"/{given[0]}", text, "unread")])
        return kind


UNREAD = {
    "proposal": ("idea", "changes", "since"),
    "changes": ("idea", "name", "template", "options", "entities"),
    "idea": ("since",),
    "structure": ("template", "options", "entities"),
}
"""What a body must not hold beside what is begun; beside a structure, wherever it stands, what the structure says itself."""


class Changed(BaseModel):
    """Body of ``PATCH /api/v1/generations/{id}``: into the archive, or back to how the generation ended."""

    model_config = ConfigDict(extra="forbid")

    status: Literal["archived", "ready", "failed"]


def option_values(schema: Mapping[str, Any], fields: Mapping[str, str]) -> dict[str, Any]:
    """Return the options of an HTML form (``option.<name>``) as the types of their JSON Schema.

    A box that is not ticked is not sent, so a missing boolean is False.
    """
    values: dict[str, Any] = {}
    for name, option in schema.get("properties", {}).items():
        given = fields.get(f"option.{name}")
        if option.get("type") == "boolean":
            values[name] = given is not None
        elif given is not None:
            values[name] = _typed(option, given)
    return values


@dataclass(frozen=True, slots=True)
class Decided:
    """What the page of a proposal was sent: the plugin's name and title, its options, and what is not wanted.

    Attributes:
        additions: whether a model's are.
        dropped: names of tables that the sentence brought.
    """

    name: str
    title: str
    options: Mapping[str, Any]
    additions: bool = True
    dropped: frozenset[str] = frozenset()


def decided(schema: Mapping[str, Any], fields: MultiDict[str, str], added: Iterable[str] = ()) -> Decided:
    """Read the page's form.

    Args:
        added: names of the tables that the sentence brought, each with a box; one that is not ticked is not sent.
    """
    dropped = frozenset(added) - frozenset(fields.getlist("keep"))
    name, title = (fields.get(field, "").strip() for field in ("name", "title"))
    return Decided(name, title, option_values(schema, fields), fields.get("additions", "yes") == "yes", dropped)


def with_a_name(given: Decided, error: Invalid) -> Decided:
    """Put the name that would do into the field, where the one that was typed does not."""
    near = next((flaw.suggestion for flaw in error.flaws if flaw.suggestion and flaw.pointer == "/name"), "")
    return replace(given, name=near) if near else given


def faults_of(error: Invalid) -> dict[str, str]:
    """Return what is wrong with each field of the page, by the field's id; "" holds what belongs to none."""
    found: dict[str, str] = {}
    for flaw in error.flaws:
        where = flaw.pointer.removeprefix("/").replace("options/", "option-", 1)
        field = where if where in ("name", "title") or where.startswith("option-") else ""
        found[field] = f"{found[field]}; {flaw.detail}" if field in found else flaw.detail
    return found


def set_values(schema: Mapping[str, Any], settings: tuple[str, ...]) -> dict[str, Any]:
    """Return the options of a command line (``KEY=VALUE``) as the types of their JSON Schema. Raises Invalid."""
    values: dict[str, Any] = {}
    known = schema.get("properties", {})
    for setting in settings:
        name, sign, given = setting.partition("=")
        if not sign or name not in known:
            raise Invalid(
                _(
                    "%(setting)r is not an option; one of %(known)s, as KEY=VALUE",
                    setting=setting[:80],
                    known=", ".join(known),
                )
            )
        values[name] = _typed(known[name], given)
    return values


def _typed(option: Mapping[str, Any], given: str) -> Any:
    """The text as the option's type; what does not fit stays text, and the schema says what is wrong with it."""
    kind = option.get("type")
    if kind == "boolean":
        return {
            "true": True,
            "yes": True,
            "on": True,
            "1": True,
            "oui": True,
            "false": False,
            "no": False,
            "off": False,
            "0": False,
            "non": False,
        }.get(given.strip().lower(), given)
    if kind in ("integer", "number"):
        try:
            return json.loads(given)
        except ValueError:
            return given
    return given
