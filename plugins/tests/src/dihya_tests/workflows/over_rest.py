"""One resource over REST, as a program of somebody with one role uses it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from dihya_hookspecs.resources.actions import actions_of, permission_of
from dihya_hookspecs.web import Resource

from ..exploits.answers import Answer, Person
from ..exploits.site import Site
from .filling import Filling, Refusal, persuaded
from .story import Diary

MISSING = "01a20935-580f-7f4a-931e-67b8172fa3ac"
"""The key of a record that is not there."""


class RestWalk:
    """The workflows of one resource over REST; each takes a diary and writes its steps into it."""

    def __init__(self, site: Site, resource: Resource, who: Person) -> None:
        self.site, self.resource, self.who = site, resource, who
        self.table = resource.service.model.__tablename__
        self.base = f"/api/v1/{site.plugin}/{resource.name}"

    def keep(self, diary: Diary) -> None:
        """Add a record, find it again, open it, change it."""
        filling, made = self._added(diary)
        where = made.headers.get("Location", "")
        id = where.rpartition("/")[2]
        opened = self._ask("GET", where)
        diary.expect("open what was added", opened.status == 200, opened.told())
        lost = [name for name, value in filling.values.items() if not _same(opened.json.get(name), value)]
        diary.expect("it says what was entered", not lost, f"{', '.join(lost)} differ", go_on=True)
        if self.resource.service.search and filling.texts()[:1] and filling.texts()[0] in self.resource.service.search:
            found = self._ask("GET", f"{self.base}?q={filling.word}")
            diary.expect("find it by its words", id in _ids(found), found.told(), go_on=True)
        newest = self._ask("GET", f"{self.base}?sort=-created_at&limit=5")
        diary.expect("the list shows it", id in _ids(newest), newest.told(), go_on=True)
        self._changed(diary, filling, where)

    def _changed(self, diary: Diary, filling: Filling, where: str) -> None:
        refused = ""
        for name, value in _changes(filling):
            answer = self._ask("PATCH", where, {name: value})
            if answer.status == 200:
                now = self._ask("GET", where).json.get(name)
                diary.expect(f"change {name!r}", _same(now, value), f"{name} is {now!r} and not {value!r}")
                return
            refused = answer.told()
            if answer.status not in (409, 422):
                break
        diary.expect("change something", not refused, refused)

    def refuse(self, diary: Diary) -> None:
        """Enter a value that cannot be: a sentence at its field, and nothing is added."""
        wrong, filling = Filling(self.resource, self._rows()).wrong(), Filling(self.resource, self._rows())
        if wrong is None:
            return
        before = self._total()
        answer = self._ask("POST", self.base, {**filling.values, wrong[0]: wrong[1]})
        diary.expect("a wrong value is refused", answer.status == 422, answer.told())
        said = _refusal(answer)
        diary.expect("a sentence stands at the field", len(said.get(wrong[0], "").split()) > 1, f"{said}", go_on=True)
        diary.expect("nothing was added", self._total() == before, "the list is longer")

    def look(self, diary: Diary) -> None:
        """Narrow the list by a field, and take it away as a spreadsheet."""
        filling, made = self._added(diary)
        id = made.headers.get("Location", "").rpartition("/")[2]
        for name in [name for name, field in filling.fields.items() if field.kind in ("enum", "boolean", "date")][:2]:
            value = filling.values[name]
            said = str(value).lower() if isinstance(value, bool) else value
            found = self._ask("GET", f"{self.base}?{name}={'' if said is None else said}&sort=-created_at&limit=5")
            diary.expect(f"narrow by {name!r}", id in _ids(found), found.told(), go_on=True)
        answer = self._ask("GET", f"{self.base}.csv")
        diary.expect("export as CSV", answer.status == 200 and id in answer.text, answer.told())

    def act(self, diary: Diary) -> None:
        """Carry out every action that is declared; one that is refused says why."""
        for each in actions_of(self.resource).values():
            id = self._row()
            answer = self._ask("POST", f"{self.base}/{id}/actions/{each.name}", {})
            may = self.who.holds(self.site.permissions, permission_of(self.resource, each))
            good = answer.status == 200 or (answer.status in (409, 422) and len(answer.told().split()) > 3)
            wanted = good if may else answer.status == 403
            diary.expect(
                f"{each.name} {'is done, or refused in words' if may else 'is refused'}",
                wanted,
                answer.told(),
                go_on=True,
            )

    def remove(self, diary: Diary) -> None:
        """Remove a record that nobody needs, and be refused where others need it."""
        _filling, made = self._added(diary)
        where = made.headers.get("Location", "")
        diary.expect("remove it", (answer := self._ask("DELETE", where)).status == 204, answer.told())
        diary.expect("it is gone", (answer := self._ask("GET", where)).status == 404, answer.told())
        if self._referred():
            answer = self._ask("DELETE", f"{self.base}/{self._row()}")
            words = (answer.json or {}).get("detail") or (answer.json or {}).get("title") or ""
            refused = answer.status == 409 and len(words.split()) > 2
            diary.expect(
                "one that others need stays, with a reason", refused or answer.status == 204, answer.told(), go_on=True
            )

    def stay_out(self, diary: Diary) -> None:
        """What the role may not do is refused with 403."""
        reads, writes = self._may(self.resource.read), self._may(self.resource.write)
        where, body = f"{self.base}/{self._row()}", Filling(self.resource, self._rows()).values
        for method, path, sent, may in (
            ("GET", self.base, None, reads), ("GET", where, None, reads), ("GET", f"{self.base}.csv", None, reads),
            ("POST", self.base, body, writes), ("PATCH", where, {}, writes), ("DELETE", where, None, writes),
        ):  # fmt: skip
            if not may and (self.resource.write or method == "GET"):
                answer = self._ask(method, path, sent)
                diary.expect(
                    f"{method} {path.removeprefix(self.base) or 'the list'} is refused",
                    answer.status == 403,
                    answer.told(),
                    go_on=True,
                )

    def _added(self, diary: Diary) -> tuple[Filling, Answer]:
        filling, answers = Filling(self.resource, self._rows()), list[Answer]()

        def enter(values: Mapping[str, Any]) -> Refusal | None:
            answers.append(self._ask("POST", self.base, dict(values)))
            return None if answers[-1].status == 201 else _refusal(answers[-1])

        refusal = persuaded(filling, enter)
        diary.expect("add a record", refusal is None, f"{answers[-1].told()} for {filling.values}")
        return filling, answers[-1]

    def _ask(self, method: str, path: str, sent: Any = None) -> Answer:
        return self.site.send(self.who, method, path, **({"json": sent} if sent is not None else {}))

    def _may(self, permission: str) -> bool:
        return bool(permission) and self.who.holds(self.site.permissions, permission)

    def _rows(self) -> list[Any]:
        """Return fresh rows to which a new record may refer."""
        return self.site.rows_around(self.table, self.who)

    def _row(self) -> str:
        return next((row.id for row in self.site.rows_for(self.who, self.table) if row.table == self.table), MISSING)

    def _referred(self) -> bool:
        return any(key.column.table.name == self.table for model in self.site.models.values()
                   for column in model.__table__.columns for key in column.foreign_keys)  # fmt: skip

    def _total(self) -> int:
        return len(self.site.stored().get(self.table, {}))


def _changes(filling: Filling) -> list[tuple[str, Any]]:
    """Return changes of one field that somebody might make, the likeliest first."""
    texts = [(name, f"{filling.word}x"[: int(filling.fields[name].limits.max or 99)]) for name in filling.texts()]
    other = Filling(filling.resource, filling.rows)
    other.correct({name: "" for name in other.fields})
    return [
        *texts,
        *((name, value) for name, value in other.values.items() if value != filling.values[name] and value is not None),
    ]


def _refusal(answer: Answer) -> dict[str, str]:
    """Return field → sentence of what was refused."""
    errors = (answer.json or {}).get("errors") or []
    return {str(each.get("pointer", "")).strip("#/"): str(each.get("detail", "")) for each in errors} or {
        "": answer.told()
    }


def _ids(answer: Answer) -> list[str]:
    return [each["id"] for each in (answer.json or {}).get("items", [])]


def _same(stored: Any, sent: Any) -> bool:
    """Tell whether a value came back as it was sent, in whatever spelling the field keeps it."""
    if stored == sent or (sent is None and stored in ("", None)):
        return True
    bare = [str(each).lower().replace(" ", "").replace("+00:00", "z").rstrip("z") for each in (stored, sent)]
    try:
        return bare[0] == bare[1] or float(bare[0]) == float(bare[1])
    except ValueError:
        return False
