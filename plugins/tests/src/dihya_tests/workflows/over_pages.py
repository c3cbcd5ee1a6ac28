"""One resource on its pages, as a person with one role uses them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from dihya_hookspecs.resources.actions import actions_of
from dihya_hookspecs.web import Resource

from ..exploits.answers import Answer, Person
from ..exploits.site import Site
from .filling import Filling, Refusal, persuaded
from .over_rest import MISSING
from .story import Diary
from .visitor import Visitor

ADD, SAVE, CHANGE, DELETE, SEARCH, SHOW = ("Add", "Save", "Change", "Delete", "Search", "Show")
"""The words of links and buttons, in English."""
ENTERED = ("text", "long_text", "integer", "decimal", "money", "email", "phone", "url")
"""Kinds of fields into which something wrong can be typed; a browser lets nobody choose what is not offered."""


class PageWalk:
    """The workflows of one resource on pages; each takes a diary and writes its steps into it.

    Args:
        seen: links that need not be followed; those that are followed are added.
    """

    def __init__(self, site: Site, resource: Resource, who: Person, seen: set[str]) -> None:
        self.site, self.resource, self.who = site, resource, who
        self.table = resource.service.model.__tablename__
        self.list = f"/{site.plugin}/{resource.name}/"
        self.visitor, self._seen = Visitor(site, who), seen

    def keep(self, diary: Diary) -> None:
        """Add a record, see it in the list, find it, open it, change it."""
        visitor, filling = self.visitor, self._added(diary)
        record = visitor.here
        self._alive(diary)
        shown = [name for name in filling.texts() if filling.fields[name].kind == "text" or filling.fields[name].search]
        word = filling.word if any(filling.word in str(filling.values[name] or "") for name in shown) else ""
        diary.expect(
            "the record says what was entered", word in visitor.page.text, f"{word} is not on {record}", go_on=True
        )
        visitor.open(f"{self.list}?sort=-created_at")
        diary.expect(
            "the list shows it",
            any(path == record for _text, path in visitor.links()),
            f"no link to {record} on {visitor.here}",
        )
        self._alive(diary)
        search = visitor.form(SEARCH)
        if search is not None and filling.texts()[:1] and filling.texts()[0] in self.resource.service.search:
            field = next(each.get("name") for each in search.inputs)
            visitor.press(search, {**search.values, field: filling.word}, SEARCH)
            diary.expect(
                "find it by its words", any(path == record for _text, path in visitor.links()), visitor.answer.told()
            )
        visitor.open(record)
        self._changed(diary, filling, record)

    def _changed(self, diary: Diary, filling: Filling, record: str) -> None:
        visitor = self.visitor
        edit = visitor.link(CHANGE)
        diary.expect("there is a way to change it", edit, f"no link {CHANGE!r} on {record}")
        names = [name for name in filling.texts() if len(str(filling.values[name] or "")) >= 3]
        if not names:
            return
        new = f"{filling.word}x"[-int(filling.fields[names[0]].limits.max or 99) :]
        visitor.open(edit)
        form = visitor.form(SAVE)
        diary.expect("the form is there", form, visitor.answer.told())
        assert form is not None
        kept = str(form.values.get(names[0], ""))
        diary.expect("it holds what is stored", filling.word[:3] in kept, f"{names[0]} is {kept!r}", go_on=True)
        visitor.press(form, visitor.fill(form, {names[0]: new}), SAVE)
        diary.expect(
            "the change is kept", visitor.here == record and new in self.site_text(record), visitor.answer.told()
        )

    def refuse(self, diary: Diary) -> None:
        """Enter a value that cannot be: a sentence at its field, and nothing that was typed is lost."""
        visitor, filling = self.visitor, Filling(self.resource, self._rows())
        form = self._form(diary)
        wrong = filling.wrong()
        typed = {name: field.kind for name, field in filling.fields.items() if field.kind in ENTERED}
        if wrong is None or wrong[0] not in typed:
            return
        before = len(self.site.stored().get(self.table, {}))
        sent = visitor.fill(form, {**filling.values, wrong[0]: wrong[1]})
        visitor.press(form, sent, SAVE)
        diary.expect("a wrong value is refused", visitor.answer.status == 422, visitor.answer.told())
        said = visitor.complaint(wrong[0])
        diary.expect("a sentence stands at the field", len(said.split()) > 1, f"{wrong[0]}: {said!r}", go_on=True)
        again = visitor.form(SAVE)
        diary.expect("the form is there again", again, visitor.answer.told())
        assert again is not None
        lost = [name for name in filling.fields if name in sent and again.values.get(name, "") != sent[name]]
        diary.expect("nothing that was typed is lost", not lost, f"lost: {', '.join(lost)}", go_on=True)
        diary.expect("nothing was added", len(self.site.stored().get(self.table, {})) == before, "there is a new row")

    def look(self, diary: Diary) -> None:
        """Narrow the list, and take it away as a spreadsheet."""
        visitor, id = self.visitor, self._row()
        visitor.open(self.list)
        form = visitor.form(SHOW)
        if form is not None:
            chosen = next((each for each in form.inputs if each.name == "select"), None)
            if chosen is not None:
                values = [option.get("value") for option in chosen.all("option") if option.get("value")]
                found = []
                for value in values:
                    visitor.press(form, {**form.values, chosen.get("name"): value}, SHOW)
                    diary.expect(f"narrow to {value}", visitor.answer.status == 200, visitor.answer.told(), go_on=True)
                    found.append(any(id in path for _text, path in visitor.links()) or self._beyond(visitor))
                diary.expect("one choice shows the record, not all", any(found), "no choice shows it", go_on=True)
        visitor.open(self.list)
        csv = visitor.link("CSV")
        diary.expect("there is a way to export", csv, f"no link CSV on {self.list}")
        answer = visitor.open(csv)
        diary.expect(
            "the export holds the list", answer.status == 200 and len(answer.text.splitlines()) > 1, answer.told()
        )

    def _beyond(self, visitor: Visitor) -> bool:
        """Tell whether the list has more pages, on one of which the record may be."""
        return bool(visitor.link("Next page"))

    def act(self, diary: Diary) -> None:
        """Press the button of every action that is declared, and confirm where that is asked."""
        visitor = self.visitor
        for each in actions_of(self.resource).values():
            visitor.open(f"{self.list}{self._row()}")
            form = visitor.form(each.title.en)
            if form is None:
                continue
            answer = visitor.press(form, form.values, each.title.en)
            if (
                each.confirm
                and (asked := visitor.form(each.title.en)) is not None
                and each.confirm.en in visitor.page.text
            ):
                answer = visitor.press(asked, asked.values, each.title.en)
            diary.expect(
                f"{each.name} is done, or refused in words",
                answer.status == 200 and visitor.told(),
                answer.told(),
                go_on=True,
            )

    def remove(self, diary: Diary) -> None:
        """Remove a record: it is asked first, and then the record is gone, or the page says why it stays."""
        visitor = self.visitor
        self._added(diary)
        record = visitor.here
        visitor.open(visitor.link(DELETE) or record)
        form = visitor.form(DELETE)
        diary.expect("it is asked first", form and visitor.here != record, f"no button {DELETE!r} on {visitor.here}")
        assert form is not None
        visitor.press(form, form.values, DELETE)
        gone = self.site.send(self.who, "GET", record).status == 404
        diary.expect("it is gone", gone, visitor.answer.told())
        visitor.open(f"{self.list}{self._row()}")
        if path := visitor.link(DELETE):
            visitor.open(path)
            if (form := visitor.form(DELETE)) is not None:
                answer = visitor.press(form, form.values, DELETE)
                fine = answer.status == 200 or (answer.status == 409 and visitor.told())
                diary.expect("another one goes, or stays with a reason", fine, answer.told(), go_on=True)

    def stay_out(self, diary: Diary) -> None:
        """What the role may not do is on no page, and refused to who knows the address."""
        visitor, reads, writes = self.visitor, self._may(self.resource.read), self._may(self.resource.write)
        record = f"{self.list}{self._row()}"
        visitor.open("/")
        self._alive(diary)
        offered = [path for _text, path in visitor.links() if path.partition("?")[0] == self.list]
        diary.expect(
            "the menu leads there only whom it lets in", reads or not offered, f"a link to {self.list}", go_on=True
        )
        for path, may in (
            (self.list, reads),
            (record, reads),
            (f"{self.list}new", writes),
            (f"{record}/edit", writes),
            (f"{record}/delete", writes),
        ):
            if not may and (self.resource.write or may is reads):
                answer = self.site.send(self.who, "GET", path)
                diary.expect(
                    f"{path.removeprefix(self.list) or 'the list'} is refused",
                    answer.status == 403,
                    answer.told(),
                    go_on=True,
                )
        if reads and not writes:
            for path in (self.list, record):
                visitor.open(path)
                closed = (f"{self.list}new", f"{record}/edit", f"{record}/delete")
                dead = [text for text, where in visitor.links() if where.partition("?")[0] in closed]
                diary.expect("no button for what is refused", not dead, f"{', '.join(dead)} on {path}", go_on=True)
                self._alive(diary)

    def site_text(self, path: str) -> str:
        """Return the text of a page."""
        return self.site.send(self.who, "GET", path).page.text

    def _added(self, diary: Diary) -> Filling:
        filling, answers = Filling(self.resource, self._rows()), list[Answer]()

        def enter(values: Mapping[str, Any]) -> Refusal | None:
            form = self._form(diary) if not answers else self.visitor.form(SAVE)
            diary.expect("the form is there", form, self.visitor.answer.told()) if form is None else None
            assert form is not None
            answers.append(self.visitor.press(form, self.visitor.fill(form, values), SAVE))
            return None if answers[-1].status == 200 else self.visitor.complaints()

        refusal = persuaded(filling, enter)
        diary.expect("add a record", refusal is None, f"{refusal} for {filling.values}")
        return filling

    def _form(self, diary: Diary) -> Any:
        visitor = self.visitor
        visitor.open(self.list)
        path = visitor.link(ADD)
        diary.expect("there is a way to add", path, f"no link {ADD!r} on {self.list}: {visitor.answer.told()}")
        visitor.open(path)
        form = visitor.form(SAVE)
        diary.expect("it leads to a form", form, visitor.answer.told())
        assert form is not None
        nameless = visitor.unlabelled(form)
        diary.expect("every input has words", not nameless, ", ".join(nameless), go_on=True)
        return form

    def _alive(self, diary: Diary) -> None:
        """Expect that nothing on the page leads to a refusal."""
        dead = list(self.visitor.dead_ends(self._seen))
        diary.expect(f"nothing on {self.visitor.here} leads to a refusal", not dead, "; ".join(dead), go_on=True)

    def _may(self, permission: str) -> bool:
        return bool(permission) and self.who.holds(self.site.permissions, permission)

    def _rows(self) -> list[Any]:
        """Return fresh rows to which a new record may refer."""
        return self.site.rows_around(self.table, self.who)

    def _row(self) -> str:
        return next((row.id for row in self.site.rows_for(self.who, self.table) if row.table == self.table), MISSING)
