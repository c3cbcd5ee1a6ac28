"""A resource that a class declares: ``__resource__ = Resource(title=…, read=("user",))``, completed from its fields."""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from dataclasses import replace
from importlib import import_module
from importlib.util import find_spec
from types import ModuleType
from typing import Any

from .. import DeclarationError
from ..access import Permission
from ..i18n import Text
from ..web import Resource
from .declared import Field, fields_of
from .form import form_of

_RIGHTS = {"read": ("see", "voir"), "write": ("change", "modifier")}
CAPTIONED = ("text", "email", "phone")


def resources_in(module: ModuleType) -> list[Resource]:
    """Return the resources that the classes of a module declare, in their order."""
    return [resource_of(cls) for cls in _declaring(module)]


def permissions_in(module: ModuleType) -> list[Permission]:
    """Return the rights that these resources ask for: to read and to write each, for the roles that it names."""
    return [permission for cls in _declaring(module) for permission in permissions_of(cls)]


def resource_of(model: Any) -> Resource:
    """Return the resource of a class, complete: what it does not say follows from its table and its fields."""
    said, fields = _said(model), fields_of(model)
    plugin, name = owner_of(model)
    return replace(
        said,
        name=name,
        service=said.service or service_of(model, said.order),
        form=said.form or form_of(model),
        title=Text(*said.title),
        singular=Text(*said.singular),
        read=f"{plugin}:read_{name}",
        write=f"{plugin}:write_{name}",
        columns=said.columns or tuple(field.name for field in fields.values() if field.listed),
        labels={field.name: field.label for field in fields.values()} | dict(said.labels),
        references={field.name: field.reference for field in fields.values() if field.reference}
        | dict(said.references),
        totals=said.totals or tuple(field.name for field in fields.values() if field.total),
        caption=said.caption or _caption(list(fields.values())),
    )


def permissions_of(model: Any) -> Iterator[Permission]:
    """Yield the rights to read and to write the records of a class; an administrator holds both."""
    said, (plugin, name) = _said(model), owner_of(model)
    title = Text(*said.title)
    for right, (see, voir) in _RIGHTS.items():
        roles = getattr(said, right)
        if isinstance(roles, str):
            raise DeclarationError(
                f"{model.__name__}.__resource__: {right}= takes roles, got {roles!r}; write ({roles!r},)"
            )
        sentence = Text(f"{see} the {_small(title.en)}", f"{voir} les {_small(title.fr)}")
        yield Permission(f"{plugin}:{right}_{name}", sentence, tuple(dict.fromkeys(("admin", *roles))))


def owner_of(model: Any) -> tuple[str, str]:
    """Return the plugin whose class it is, and the name of the resource: the table ``club_members`` gives both."""
    package = model.__module__.partition(".")[0]
    table: str = model.__tablename__
    plugin = package.removeprefix("dihya_") if package.startswith("dihya_") else table.partition("_")[0]
    if not table.startswith(f"{plugin}_"):
        raise DeclarationError(
            f"{model.__name__} has the table {table!r}, which does not belong to {plugin!r}; call it {plugin}_{table}"
        )
    return plugin, table.removeprefix(f"{plugin}_")


def service_of(model: Any, order: str = "") -> Any:
    """Return the Records class of a model: the one that was written for it, or else one that only obeys its rules.

    It is looked for where it may stand: beside the model, in ``service.py``, or wherever it was imported from.
    """
    from ..resources import Records

    beside = f"{model.__module__.rpartition('.')[0]}.service"
    if beside != ".service" and beside.partition(".")[0] in sys.modules and find_spec(beside):
        import_module(beside)
    written: list[Any] = [cls for cls in Records.__subclasses__() if getattr(cls, "model", None) is model]
    if written:
        return written[-1]
    given = {
        "model": model,
        "search": tuple(_searched(model)),
        "__module__": model.__module__,
        **({"order": order} if order else {}),
    }
    return type(f"{model.__name__}Records", (Records,), given)


def _searched(model: Any, depth: int = 2) -> Iterator[str]:
    """Yield the columns in which a search looks: its own, and those of what its caption is made of.

    A membership fee is called after its member, so it is found by the member's name.
    """
    fields, said = fields_of(model), vars(model).get("__resource__")
    yield from (field.name for field in fields.values() if field.search)
    for name in re.findall(r"{(\w+)}", said.caption) if isinstance(said, Resource) and depth else ():
        if name in fields and fields[name].reference and (other := _referred(model, name)) is not None:
            yield from (f"{name}.{path}" for path in _searched(other, depth - 1))


def _referred(model: Any, name: str) -> Any | None:
    """Return the class that a link leads to; None where its plugin is not there."""
    for key in model.__table__.columns[name].foreign_keys:
        table = model.metadata.tables.get(key.target_fullname.rpartition(".")[0])
        return table.info.get("model") if table is not None else None
    return None


def _declaring(module: ModuleType) -> list[Any]:
    classes = [
        value
        for value in vars(module).values()
        if issubclass(type(value), type) and value.__module__ == module.__name__
    ]
    return [cls for cls in classes if "__resource__" in vars(cls)]


def _said(model: Any) -> Resource:
    said = vars(model).get("__resource__")
    if not isinstance(said, Resource):
        raise DeclarationError(
            f"{model.__name__}.__resource__ is {type(said).__name__}; write Resource(title=…, read=(…), …)"
        )
    return said


def _caption(fields: list[Field]) -> str:
    return next((f"{{{field.name}}}" for field in fields if field.kind in CAPTIONED and not field.secret), "")


def _small(title: str) -> str:
    """Return a title as it stands within a sentence; an abbreviation keeps its capitals."""
    return title if title[1:2].isupper() else title[:1].lower() + title[1:]
