"""Audit: whatever changes leaves an event, and no event says what it must not."""

from __future__ import annotations

import ast
import json
import re
from collections.abc import Iterator
from dataclasses import asdict
from typing import Any

from dihya_hookspecs.i18n import Text

from ...sources import trees
from ..model import Outcome, judged
from ..registry import check
from ..seeding import sendable, sow, with_word
from ..subject import Plugin

AROUND = ("audit", "console", "keys", "middleware", "routes", "securite", "storage", "tasks")
UNSAFE = ("POST", "PUT", "PATCH", "DELETE")
REMOVING = re.compile(r"delete|remove|erase|purge|destroy|withdraw")
CONNECTING = {"create_engine", "connect"}
DRIVERS = {"sqlite3", "psycopg", "psycopg2", "sqlalchemy", "sa", "apsw"}


class Driven:
    """An application whose every changing route was used once, by somebody who holds every role."""

    def __init__(self, app: Any, plugin: Plugin) -> None:
        self.app, self.plugin = app, plugin
        self.tin, self.ada = sow(app, plugin.tables())
        with app.act("check.look") as act:
            from dihya_hookspecs.access import Access

            self.roles = [name for name in act.get(Access).roles() if name != "guest"]
        self.resources = {
            f"{plugin.name}_{one.name}": one
            for owner, one in app.hooks.collected("register_resources")
            if owner == plugin.name
        }
        self.words: list[str] = []

    def requests(self) -> Iterator[tuple[str, str, dict[str, Any]]]:
        """Yield method, address and arguments of each unsafe route that is the plugin's, or about its resources.

        Its own ones come first, and what removes comes last, so that every other one finds the rows that were sown.
        """
        found = []
        for rule in self.app.flask.url_map.iter_rules():
            mine = self.plugin.owns(self.app, rule.endpoint)
            view = self.app.flask.view_functions[rule.endpoint]
            about, table = getattr(view, "dihya_about", (self.plugin.name if mine else "", ""))
            for method in UNSAFE if about == self.plugin.name else ():
                if method in (rule.methods or ()):
                    removes = method == "DELETE" or bool(REMOVING.search(rule.rule))
                    found.append((removes, not mine, method, rule.rule, rule, table))
        for _, _, method, _, rule, table in sorted(found, key=lambda one: one[:4]):
            yield method, self.address(rule, table), self._given(rule, table)

    def address(self, rule: Any, table: str) -> str:
        """Return an address of a rule, with the key of a row of *table*, or of one that the argument names."""
        from dihya_hookspecs.data import Model

        address = rule.rule
        for argument in rule.arguments:
            named = [name for name in self.tin.rows if argument.removesuffix("_id") in name] or [table]
            if (name := table or named[0]) in self.tin.rows:
                key = str(self.tin.key(Model.metadata.tables[name]))
                address = re.sub(rf"<(?:[^<>]*:)?{argument}>", key, address)
        return self.plugin.address(address)

    def _given(self, rule: Any, table: str) -> dict[str, Any]:
        resource = self.resources.get(table)
        if resource is None:
            return {"data": {}}
        values = {}
        for name in resource.form.model_fields:
            column = resource.service.model.__table__.columns.get(name)
            if column is None:
                continue
            if column.foreign_keys:
                target = next(iter(column.foreign_keys)).column
                values[name] = sendable(self.tin.rows[target.table.name][target.name])
                continue
            value, word = with_word(column, f"Canarynew{len(self.words):03}x", 7)
            self.words += [word] if word else []
            values[name] = sendable(value)
        return {"json": values} if rule.rule.startswith("/api/") else {"data": values}

    def rows(self) -> dict[str, dict[str, str]]:
        """Return what the audited tables hold: table → key → the row."""
        found: dict[str, dict[str, str]] = {}
        with self.app.engine.connect() as connection:
            for table in self.plugin.tables():
                if not table.info.get("audited", True):
                    continue
                keys = [column.name for column in table.primary_key.columns]
                for row in connection.execute(table.select()).mappings():
                    key = ",".join(str(row[name]) for name in keys)
                    found.setdefault(table.name, {})[key] = repr(dict(row))
        return found


@check(
    "audit.every-change",
    Text("no row changes without an event", "aucune ligne ne change sans événement"),
    advice=Text(
        "write through the session of the act; what writes many rows at once tells of it with act.record",
        "écrivez par la session de l’acte ; ce qui écrit beaucoup de lignes d’un coup l’annonce avec act.record",
    ),
    needs=("extensible.starts",),
    seconds=60,
    shared=True,
)
def every_change(plugin: Plugin) -> Outcome:
    """Every changing route is used; each row that is different afterwards is named by an event of that request."""
    with plugin.running(*AROUND) as app:
        driven = Driven(app, plugin)
        client, flaws, count, changes = app.client(*driven.roles, name="Ada"), [], 0, 0
        for method, address, given in driven.requests():
            before, seen = driven.rows(), len(app.trail)
            answer = client.open(address, method=method, **given)
            count += 1
            said = {event.object for event in app.trail[seen:]}
            for place in _different(before, driven.rows()):
                changes += 1
                if place not in said:
                    flaws.append(f"{method} {address} ({answer.status_code}) changed {place} and no event says so")
    return judged(
        flaws, f"{count} requests, {changes} changed rows, {len(app.trail)} events",
        f"{count} requêtes, {changes} lignes changées, {len(app.trail)} événements", requests=count, changes=changes,
    )  # fmt: skip


def _different(before: dict[str, dict[str, str]], after: dict[str, dict[str, str]]) -> list[str]:
    return [
        f"{table}:{key}"
        for table in sorted(before.keys() | after.keys())
        for key in sorted(before.get(table, {}).keys() | after.get(table, {}).keys())
        if before.get(table, {}).get(key) != after.get(table, {}).get(key)
    ]


@check(
    "audit.no-personal-value",
    Text("no event quotes a personal value", "aucun événement ne cite de valeur personnelle"),
    advice=Text(
        "record names, numbers and digests: the id of the record, the names of changed columns",
        "consignez des noms, des nombres et des empreintes : l’identifiant, le nom des colonnes changées",
    ),
    needs=("audit.every-change",),
    seconds=60,
    shared=True,
)
def no_value(plugin: Plugin) -> Outcome:
    """The same requests; every word that was sent or stood in a row is searched for in every event."""
    with plugin.running(*AROUND) as app:
        driven = Driven(app, plugin)
        client = app.client(*driven.roles, name="Ada")
        for method, address, given in driven.requests():
            client.open(address, method=method, **given)
        words = {*driven.words, *driven.tin.words.values(), *driven.ada.words.values()}
        flaws = [
            f"event {event.action!r} of {event.object!r} quotes {word!r}"
            for event in app.trail
            for word in sorted(words)
            if word in json.dumps(asdict(event), default=str, ensure_ascii=False)
        ]
    return judged(
        flaws, f"{len(words)} words, {len(app.trail)} events", f"{len(words)} mots, {len(app.trail)} événements"
    )


@check(
    "audit.one-transaction",
    Text("it writes in the transaction of the act and in no other", "il écrit dans la transaction de l’acte et dans nulle autre"),
    advice=Text("ask for the session (get(Session)); nobody but the core commits", "demandez la session (get(Session)) ; seul le cœur valide"),
)  # fmt: skip
def one_transaction(plugin: Plugin) -> Outcome:
    """Read from the files: no commit, no connection of its own, no table or statement that is left out without a reason."""
    flaws = []
    for path, tree in trees(plugin.files):
        if "/migrations/" in path:
            continue
        for node in ast.walk(tree):
            if isinstance(node, ast.Call):
                said = ast.unparse(node.func)
                if said.endswith(("session.commit", "session.rollback")):
                    flaws.append(f"{path}:{node.lineno} says {said}()")
                elif said.rpartition(".")[2] in CONNECTING and (
                    said.partition(".")[0] in DRIVERS or said == "create_engine"
                ):
                    flaws.append(f"{path}:{node.lineno} opens a connection of its own: {said}()")
            elif isinstance(node, ast.ClassDef) and _unaudited(node) and not ast.get_docstring(node):
                flaws.append(f"{path}:{node.lineno} {node.name} is not audited, and does not say why")
    return judged(flaws, f"{len(plugin.files)} files read", f"{len(plugin.files)} fichiers lus")


def _unaudited(node: ast.ClassDef) -> bool:
    return any(one.arg == "audited" and ast.unparse(one.value) == "False" for one in node.keywords)
