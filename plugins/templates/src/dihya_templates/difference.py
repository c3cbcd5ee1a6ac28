"""What changes between two versions of a structure, in sentences, and which values have no place in the new one."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from dihya_hookspecs import Flaw
from dihya_hookspecs.i18n import Text, language
from dihya_hookspecs.i18n import gettext as _

from .migrating import filler
from .pairing import Pair
from .plan import Entity, Field, Plan


@dataclass(frozen=True)
class Change:
    """One sentence; ``loses`` says that values go, or may go, into the file of the migration."""

    text: str
    loses: bool = False


def changes(before: Plan, after: Plan, found: Sequence[Pair]) -> list[Change]:
    """Return what changes, for people first, then for their records."""
    return [*_whole(before, after), *(change for pair in found for change in _pair(pair))]


def impossible(after: Plan, found: Sequence[Pair]) -> list[Flaw]:
    """Return the changes that records which are there could not follow: nobody can make up the value that they would need."""
    flaws = []
    places = {entity["name"]: number for number, entity in enumerate(after.structure["entities"])}
    for pair in found:
        if pair.old is None or pair.new is None:
            continue
        names = [field["name"] for field in after.structure["entities"][places[pair.new.name]]["fields"]]
        for new, old in pair.fields:
            if new is None or new.nullable or (old is not None and _stays(new, old, found)):
                continue
            if new.given or new.unique or filler(new) is None:
                where = f"/entities/{places[pair.new.name]}/fields/{names.index(new.name)}"
                said = _("“%(field)s” needs a value that the records of “%(table)s” do not have; make it optional",
                         field=_say(new.label), table=_say(pair.new.title))  # fmt: skip
                flaws.append(Flaw(where, said))
    return flaws


def _stays(new: Field, old: Field, found: Sequence[Pair]) -> bool:
    """Tell whether every record has a value of the same kind already."""
    return not old.nullable and old.kind == new.kind and not _other_target(new, old, found)


def _other_target(new: Field, old: Field, found: Sequence[Pair]) -> bool:
    now = {pair.old.name: pair.new.name for pair in found if pair.old and pair.new}
    return now.get(old.target, old.target) != new.target


def _whole(before: Plan, after: Plan) -> Iterator[Change]:
    if before.title != after.title:
        yield Change(_("the application is called “%(title)s”", title=after.title))
    roles = {name: title for name, title in before.roles}
    for name, title in after.roles:
        if name not in roles:
            yield Change(_("the role “%(role)s” is new", role=_say(title)))
    for name, title in before.roles:
        if name not in dict(after.roles):
            yield Change(_("the role “%(role)s” goes; who has only it sees nothing any more", role=_say(title)))
    was, now = before.structure["purposes"], after.structure["purposes"]
    for name in now:
        if name in was and any(was[name].get(key) != now[name].get(key) for key in ("basis", "retention", "article9")):
            said = _("the basis or retention of “%(purpose)s” changes: %(retention)s",
                     purpose=_raw(now[name]["title"]), retention=now[name]["retention"])  # fmt: skip
            yield Change(said)


def _pair(pair: Pair) -> Iterator[Change]:
    old, new = pair.old, pair.new
    if old is None and new is not None:
        yield Change(_("the table “%(table)s” is new", table=_say(new.title)))
    elif old is not None and new is None:
        yield Change(
            _("the table “%(table)s” goes; its records are kept in the file", table=_say(old.title)), loses=True
        )
    elif old is not None and new is not None:
        yield from _table(old, new)
        for field, earlier in pair.fields:
            yield from _field(new, field, earlier, (pair.choices or {}).get(field.name if field else "", {}))


def _table(old: Entity, new: Entity) -> Iterator[Change]:
    if _say(old.title) != _say(new.title):
        yield Change(_("“%(old)s” is called “%(new)s”", old=_say(old.title), new=_say(new.title)))
    if old.name != new.name or old.plural != new.plural:
        yield Change(
            _(
                "the addresses of “%(table)s” change: %(old)s becomes %(new)s",
                table=_say(new.title),
                old=old.plural,
                new=new.plural,
            )
        )
    if (set(old.readers), set(old.writers)) != (set(new.readers), set(new.writers)):
        yield Change(_("who sees or changes “%(table)s” is another", table=_say(new.title)))
    ruled = ([rule.data for rule in old.rules], [rule.data for rule in new.rules])
    if ruled[0] != ruled[1]:
        yield Change(_("the rules of “%(table)s” change", table=_say(new.title)))


def _field(table: Entity, new: Field | None, old: Field | None, ways: Mapping[str, str]) -> Iterator[Change]:
    if new is None and old is not None:
        said = _(
            "“%(field)s” of “%(table)s” goes; its values are kept in the file",
            field=_say(old.label),
            table=_say(table.title),
        )
        yield Change(said, loses=True)
        return
    if new is None:
        return
    names = {"field": _say(new.label), "table": _say(table.title)}
    if old is None:
        yield Change(_("“%(field)s” of “%(table)s” is new", **names))
        if not new.nullable:
            yield Change(
                _("records that are there get %(value)r in “%(field)s”", value=_filling(new), field=names["field"])
            )
        return
    if _say(old.label) != _say(new.label):
        yield Change(_("“%(old)s” of “%(table)s” is called “%(field)s”", old=_say(old.label), **names))
    if old.kind != new.kind or old.target != new.target:
        if old.kind != new.kind:
            said = _("“%(field)s” of “%(table)s” is of another kind (%(old)s, now %(new)s); values that do not convert are kept in the file",
                     old=old.kind, new=new.kind, **names)  # fmt: skip
            yield Change(said, loses=True)
    elif (old.most or 0) > (new.most or 0) > 0 and new.kind == "text":
        yield Change(
            _(
                "“%(field)s” of “%(table)s” has %(most)s characters at most; longer texts are kept whole in the file",
                most=new.most,
                **names,
            ),
            loses=True,
        )
    if old.nullable and not new.nullable:
        said = _("records without “%(field)s” get %(value)r", value=_filling(new), field=names["field"])
        yield Change(said, loses=True)  # the file says which they are
    if new.unique and not old.unique:
        yield Change(
            _(
                "no two records of “%(table)s” may have the same “%(field)s”; where two have, the step stops and changes nothing",
                **names,
            )
        )
    yield from _values(new, old, ways, names)


def _values(new: Field, old: Field, ways: Mapping[str, str], names: Mapping[str, str]) -> Iterator[Change]:
    if old.kind != "enum" or new.kind != "enum":
        return
    titles = {name: _say(title) for name, title in new.values}
    for name, title in old.values:
        if name in ways:
            yield Change(
                _(
                    "“%(value)s” of “%(field)s” becomes “%(other)s”",
                    value=_say(title),
                    other=titles[ways[name]],
                    **names,
                ),
                loses=True,
            )
        elif name not in titles:
            said = _(
                "“%(value)s” of “%(field)s” is no choice any more; which records had it is kept in the file",
                value=_say(title),
                **names,
            )
            yield Change(said, loses=True)


def _filling(field: Field) -> Any:
    value = filler(field)
    return _("the day of their creation") if value == "created_at" else value


def _say(text: Text) -> str:
    return str(getattr(text, language.get(), text.en))


def _raw(said: Any) -> str:
    return said if isinstance(said, str) else str(said.get(language.get(), said["en"]))
