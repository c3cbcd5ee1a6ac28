"""The rights of somebody who stands in the rows of a resource: an export of what is held, and its erasure."""

from __future__ import annotations

import io
import zipfile
from typing import Any

from dihya_hookspecs.access import OPERATOR
from dihya_hookspecs.data import Personal
from dihya_hookspecs.rgpd import People, Subject
from dihya_hookspecs.web import Resource

from ..exploits.answers import Person
from ..exploits.site import Site
from .story import Diary


def stands_in(model: Any) -> bool:
    """Tell whether the rows of a table are people, whom others refer to."""
    return bool(said_of(model))


def said_of(model: Any) -> set[str]:
    """Return the columns that are about whoever the row is; another may be about who brought it, for instance."""
    declared = {column.key: column.info.get("rgpd") for column in model.__table__.columns}
    return {name for name, one in declared.items() if isinstance(one, Personal) and one.subject == "id"}


def person(site: Site, resource: Resource, who: Person, diary: Diary) -> None:
    """Export a person with all that refers to them, then erase them: their words are in the one, and nowhere after the other."""
    table = resource.service.model.__tablename__
    rows = site.rows_for(who)
    row = next((row for row in rows if row.table == table), None)
    diary.expect("somebody stands in it", row, f"no row of {table} could be made")
    assert row is not None
    subjects = [Subject(table, row.id, site.plugin)]
    own = said_of(resource.service.model)
    words = {word: name for name, word in row.words.items() if name in own}
    with site.app.act("test.export", actor=OPERATOR) as act:
        archive = zipfile.ZipFile(io.BytesIO(act.get(People).export(subjects)))
        held = "".join(archive.read(name).decode("utf-8", "replace") for name in archive.namelist())
    missing = sorted(name for word, name in words.items() if word not in held)
    diary.expect("the export holds what was entered", not missing, f"missing: {', '.join(missing)}", go_on=True)
    with site.app.act("test.erase", actor=OPERATOR) as act:
        erasures = act.get(People).erase(subjects)
    diary.expect("the erasure says what became of it", erasures, "it says nothing")
    kept = {one.source for one in erasures if one.retained}
    left = sorted(name for word, name in words.items() if table not in kept and word in repr(site.stored().get(table)))
    diary.expect("nothing is left but what is retained", not left, f"left: {', '.join(left)}", go_on=True)
