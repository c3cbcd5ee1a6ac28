"""Privacy: what is about a person is declared, comes out with an export, and goes with an erasure."""

from __future__ import annotations

import base64
import io
import re
import sqlite3
import zipfile
from collections.abc import Iterator
from typing import Any

from dihya_hookspecs.access import SYSTEM
from dihya_hookspecs.data import Impersonal, Personal
from dihya_hookspecs.i18n import Text

from ..model import Outcome, failed, judged, passed, warned
from ..registry import check
from ..seeding import sow
from ..subject import Plugin

AROUND = ("keys", "rgpd", "securite", "storage", "tasks")
HOLD_NO_WORDS = {"Boolean", "Flag", "Date", "DateTime", "UTCDateTime", "Time"}
TELLING = re.compile(
    r"(^|_)(e_?mail|phone|mobile|first_?name|last_?name|surname|birth(day|_date)?|address|street|iban|ip(_address)?|"
    r"user_agent|password(_hash)?|nickname|passport|ssn)(_|$)"
)
ALSO_OF_PLACES = {"address", "street", "phone", "email", "e_mail"}
"""What a hall, a page or an organisation has too: it tells of a person in a table that holds something about people."""


@check(
    "privacy.annotated",
    Text("every column says whether it is about a person", "chaque colonne dit si elle concerne une personne"),
    advice=Text(
        "declare the table in models.py, each column with personal(…) or impersonal(…)",
        "déclarez la table dans models.py, chaque colonne avec personal(…) ou impersonal(…)",
    ),
    needs=("extensible.starts",),
    seconds=40,
    shared=True,
)
def annotated(plugin: Plugin) -> Outcome:
    """Every table below its name in the database of a started application, whoever made it."""
    from sqlalchemy import inspect

    with plugin.running(*AROUND) as app:
        there = [name for name in inspect(app.engine).get_table_names() if name.startswith(f"{plugin.name}_")]
    tables = {table.name: table for table in plugin.tables()}
    flaws = [
        f"table {name} stands in no model"
        for name in there
        if name not in tables and not name.endswith("_alembic_version")
    ]
    count = 0
    for table in tables.values():
        for column in table.columns:
            count += 1
            if not isinstance(column.info.get("rgpd"), Personal | Impersonal):
                flaws.append(f"{table.name}.{column.name} does not say it")
    return judged(flaws, f"{count} columns of {len(tables)} tables", f"{count} colonnes de {len(tables)} tables")


@check(
    "privacy.claims",
    Text("nothing that is plainly about a person is declared impersonal", "rien de manifestement personnel n’est déclaré impersonnel"),
    advice=Text("declare it with personal(category, …), or give it the name of what it holds", "déclarez-le avec personal(catégorie, …), ou nommez-le d’après son contenu"),
    needs=("privacy.annotated",),
)  # fmt: skip
def claims(plugin: Plugin) -> Outcome:
    """Columns whose name or type says so: an e-mail address, a phone number, a bank account, a date of birth.

    Of an address or a number in a table that holds nothing else about people, the report tells the author's reason.
    """
    flaws, places, count = [], [], 0
    for table in plugin.tables():
        people = any(isinstance(column.info.get("rgpd"), Personal) for column in table.columns)
        for column in table.columns:
            count += 1
            if isinstance(declared := column.info.get("rgpd"), Impersonal) and tells(column, people=True):
                said = flaws if tells(column, people) else places
                said.append(f"{table.name}.{column.name} is declared impersonal: {declared.why!r}")
    read = (f"{count} columns read", f"{count} colonnes lues")
    return judged(flaws, *read) if flaws else warned(places, *read)


def tells(column: Any, people: bool) -> bool:
    """Tell whether name and type say that a column is about a person: a flag or a moment holds no password, and no address.

    Args:
        people: whether the table holds something about people.
    """
    found, kind = TELLING.search(column.name), type(column.type).__name__
    if kind == "Iban" or (people and kind in ("Email", "Phone")):
        return True
    if found is None or (found[2] in ALSO_OF_PLACES and not people):
        return False
    return "birth" in found[0] or kind not in HOLD_NO_WORDS


@check(
    "privacy.purposes",
    Text(
        "personal data has a purpose, a basis and an end", "une donnée personnelle a une finalité, une base et une fin"
    ),
    advice=Text(
        "give purpose, basis and retention on the class or the column; 'permanent' is for what the law keeps",
        "donnez purpose, basis et retention sur la classe ou la colonne ; « permanent » est pour ce que la loi conserve",
    ),
    needs=("privacy.annotated",),
)
def purposes(plugin: Plugin) -> Outcome:
    """What the register of processing is made of."""
    flaws, count = [], 0
    for table, column, declared in _personal(plugin):
        count += 1
        if len(str(declared.purpose).strip()) < 3:
            flaws.append(f"{table.name}.{column.name} has the purpose {str(declared.purpose)!r}")
        if declared.retention == "permanent" and declared.basis not in ("legal_obligation", "public_interest"):
            flaws.append(f"{table.name}.{column.name} is kept for ever on the basis {declared.basis!r}")
    return judged(flaws, f"{count} personal columns", f"{count} colonnes personnelles", count=count)


def _personal(plugin: Plugin) -> Iterator[tuple[Any, Any, Personal]]:
    for table in plugin.tables():
        for column in table.columns:
            if isinstance(declared := column.info.get("rgpd"), Personal):
                yield table, column, declared


@check(
    "privacy.export",
    Text("an export has all that is held about a person, and nothing of anybody else", "un export contient tout ce que l’on sait d’une personne, et rien d’autrui"),
    advice=Text("let each subject path lead to the person's table; what lies outside of columns is given by on_rgpd_export", "faites aboutir chaque chemin subject à la table des personnes ; le reste est rendu par on_rgpd_export"),
    needs=("privacy.annotated",),
    seconds=60,
    shared=True,
)  # fmt: skip
def export(plugin: Plugin) -> Outcome:
    """Two people, a word in every personal column that stands nowhere else; one of them asks."""
    if not list(_personal(plugin)):
        return passed("it holds no personal data", "il ne détient aucune donnée personnelle")
    from dihya_hookspecs.rgpd import People

    with plugin.running(*AROUND) as app:
        tin, ada = sow(app, plugin.tables())
        with app.act("check.export", actor=SYSTEM) as act:
            content = _unpacked(act.get(People).export(tin.subjects))
    secret = {(table.name, column.name) for table, column, one in _personal(plugin) if one.secret}
    flaws = [
        f"{'.'.join(place)} is missing"
        for place, word in tin.words.items()
        if _mine(place, plugin) and place not in secret and not _in(word, content)
    ]
    flaws += [
        f"{'.'.join(place)} is secret, and given"
        for place, word in tin.words.items()
        if place in secret and _in(word, content)
    ]
    flaws += [f"{'.'.join(place)} of somebody else is given" for place, word in ada.words.items() if _in(word, content)]
    count = sum(_mine(place, plugin) for place in tin.words)
    return judged(
        flaws, f"{count} words sown, {len(content)} bytes", f"{count} mots semés, {len(content)} octets", words=count
    )


def _mine(place: tuple[str, str], plugin: Plugin) -> bool:
    return place[0].startswith(f"{plugin.name}_")


def _unpacked(data: bytes) -> bytes:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return b"\n".join(archive.read(name) for name in archive.namelist())


def _in(word: str, content: bytes) -> bool:
    return word.encode() in content or base64.b64encode(word.encode()).rstrip(b"=")[:-1] in content


@check(
    "privacy.erasure",
    Text("an erasure leaves nothing of the person but what is declared retained, and all of the others", "un effacement ne laisse de la personne que ce qui est déclaré conservé, et tout des autres"),
    advice=Text("what lies outside of annotated columns goes in on_rgpd_erase: files, copies, indexes, queues", "ce qui est hors des colonnes annotées part dans on_rgpd_erase : fichiers, copies, index, files"),
    needs=("privacy.export",),
    seconds=60,
    shared=True,
)  # fmt: skip
def erasure(plugin: Plugin) -> Outcome:
    """The same two people; one of them is erased, then the database and the folders are searched for every word."""
    if not list(_personal(plugin)):
        return passed("it holds no personal data", "il ne détient aucune donnée personnelle")
    from dihya_hookspecs.rgpd import People

    with plugin.running(*AROUND) as app:
        tin, ada = sow(app, plugin.tables())
        with app.act("check.erase", actor=SYSTEM) as act:
            erased = act.get(People).erase(tin.subjects)
        app.engine.dispose()
        content = _held(app)
    kept = {
        (table.name, column.name) for table, column, one in _personal(plugin)
        if one.basis == "legal_obligation" or table.info.get("erase") == "keep"
    }  # fmt: skip
    if refused := [one.reason for one in erased if one.refused]:
        return failed(*[f"the erasure was refused: {'; '.join(refused)}"] * 2)
    flaws = [
        f"{'.'.join(place)} is still there"
        for place, word in tin.words.items()
        if _mine(place, plugin) and place not in kept and _in(word, content)
    ]
    flaws += [
        f"{'.'.join(place)} of somebody else is gone"
        for place, word in ada.words.items()
        if _mine(place, plugin) and not _in(word, content)
    ]
    count = sum(_mine(place, plugin) for place in tin.words)
    return judged(
        flaws,
        f"{count} words searched for in {len(content)} bytes",
        f"{count} mots cherchés dans {len(content)} octets",
        words=count,
        retained=sorted(".".join(place) for place in kept),
    )


def _held(app: Any) -> bytes:
    """Return all rows of the database as text, and every other file of the data folder."""
    parts = []
    for path in sorted(path for path in app.data.rglob("*") if path.is_file()):
        content = path.read_bytes()
        if content.startswith(b"SQLite format 3"):
            with sqlite3.connect(path) as connection:
                parts += [_readable(line) for line in connection.iterdump()]
        elif not path.name.endswith(("-wal", "-shm")):
            parts.append(content)
    return b"\n".join(parts)


def _readable(line: str) -> bytes:
    """Return a line of a dump with its blobs as the bytes that they are."""
    blobs = re.findall(r"X'([0-9A-Fa-f]+)'", line)
    return line.encode("utf-8", "replace") + b" " + b" ".join(bytes.fromhex(one) for one in blobs)
