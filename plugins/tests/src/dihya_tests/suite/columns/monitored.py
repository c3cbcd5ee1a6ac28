"""Monitored: whoever operates it hears when what it needs is broken."""

from __future__ import annotations

import ast
from typing import Any

from dihya_hookspecs import DihyaError
from dihya_hookspecs.access import SYSTEM
from dihya_hookspecs.i18n import Text
from dihya_hookspecs.ops import HealthCheck

from ...sources import trees
from ..model import Outcome, failed, judged, passed, warned
from ..registry import check
from ..subject import Plugin

ADVICE = Text(
    "put a HealthCheck into health.py whose probe asks what the plugin needs (a query, a file, a connection) and raises",
    "mettez dans health.py un HealthCheck dont la sonde interroge ce dont le plugin a besoin et lève une exception",
)


def _checks(app: Any, plugin: Plugin) -> list[Any]:
    return [one for owner, one in app.hooks.collected("register_health_checks") if owner == plugin.name]


@check(
    "monitored.health",
    Text(
        "it has a health check, and that is well where all is well", "il a un contrôle de santé, bon quand tout va bien"
    ),
    advice=ADVICE,
    needs=("extensible.starts",),
    seconds=40,
)
def health(plugin: Plugin) -> Outcome:
    """Each probe in an act, in an application that was just set up. A plugin that keeps nothing and calls nobody needs none.

    One that is not critical may tell of what an operator has yet to do, such as naming an administrator: the report shows it.
    """
    with plugin.running("keys", "storage", "tasks", "audit") as app:
        found = _checks(app, plugin)
        if not found and not _needs(plugin):
            return passed("it has no tables and calls no host", "il n’a pas de tables et n’appelle aucun hôte")
        if not found:
            return failed(
                "it has tables or calls hosts, and no health check",
                "il a des tables ou appelle des hôtes, sans contrôle",
            )
        said, flaws, yet = [], [], []
        for one in found:
            sentence, why = _asked(app, plugin, one)
            (said if not why else flaws if one.critical else yet).append(f"{one.name}: {why}" if why else sentence)
    if flaws or yet:
        return judged(flaws, "", "") if flaws else warned(yet, "", "")
    text = "; ".join(said)
    return passed(f"{len(said)}: {text}", f"{len(said)} : {text}", said=said)


def _asked(app: Any, plugin: Plugin, one: HealthCheck) -> tuple[str, str]:
    """Return what a probe says, and why it raised; one of them is empty."""
    try:
        with app.act(f"{plugin.name}.health", actor=SYSTEM):
            return str(one.probe()), ""
    except (DihyaError, Exception) as error:
        return "", f"{type(error).__name__}: {error}"[:300]


def _needs(plugin: Plugin) -> bool:
    """Tell whether something of the plugin can break: tables, or hosts that it calls."""
    calling = any("register_egress" in text for path, text in plugin.files.items() if path.endswith("__init__.py"))
    return bool(plugin.tables()) or calling or f"src/{plugin.package}/egress.py" in plugin.files


@check(
    "monitored.notices",
    Text("the health check fails when what it needs is broken", "le contrôle échoue quand ce dont il dépend est cassé"),
    advice=ADVICE,
    needs=("monitored.health",),
    seconds=60,
)
def notices(plugin: Plugin) -> Outcome:
    """A proxy nobody told of, tables taken away, folders emptied, a database damaged: at least one probe must notice."""
    with plugin.running("keys", "storage", "tasks", "audit") as app:
        found = _checks(app, plugin)
        if not found:
            return passed("there is nothing to notice", "il n’y a rien à remarquer")
        well = [one for one in found if not _asked(app, plugin, one)[1]]
        if not well:
            return failed("no check is well before anything is broken", "aucun contrôle n’est bon avant toute panne")
        for what, damage in DAMAGES:
            damage(app, plugin)
            for one in well:
                if why := _asked(app, plugin, one)[1]:
                    said = f"{one.name}: {why}"
                    return passed(f"{what.en}: {said}", f"{what.fr} : {said}", damage=what.en)
    en, fr = (", ".join(said) for said in zip(*(what for what, _ in DAMAGES), strict=True))
    return failed(f"every check stays well after: {en}", f"chaque contrôle reste bon après : {fr}")


def _proxy(app: Any, plugin: Plugin) -> None:
    """Send a request as a proxy does of which nobody told the application."""
    headers = {"X-Forwarded-For": "203.0.113.7", "X-Forwarded-Proto": "https"}
    app.client().get("/", headers=headers, environ_base={"REMOTE_ADDR": "10.20.30.40"})


def _tables(app: Any, plugin: Plugin) -> None:
    """Take its tables away."""
    with app.engine.begin() as connection:
        sqlite = connection.dialect.name == "sqlite"
        if sqlite:
            connection.exec_driver_sql("PRAGMA foreign_keys = OFF")
        for table in reversed(plugin.tables()):
            connection.exec_driver_sql(f'DROP TABLE IF EXISTS "{table.name}"{"" if sqlite else " CASCADE"}')


def _folders(app: Any, plugin: Plugin) -> None:
    """Put a file where each of the folders of the data folder was."""
    import shutil

    for path in list(app.data.iterdir()):
        if path.is_dir():
            shutil.rmtree(path)
            path.write_bytes(b"")


def _database(app: Any, plugin: Plugin) -> None:
    """Make the database unreadable."""
    app.engine.dispose()
    for path in list(app.data.glob("*.sqlite*")) + list(app.data.glob("*.db*")):
        path.write_bytes(b"this is no database" * 500)


DAMAGES = (
    (Text("an unknown proxy sends its requests", "un proxy inconnu lui envoie ses requêtes"), _proxy),
    (Text("its tables are gone", "ses tables ont disparu"), _tables),
    (Text("its folders are gone", "ses dossiers ont disparu"), _folders),
    (Text("the database is damaged", "la base est endommagée"), _database),
)


@check(
    "monitored.no-swallowing",
    Text("no error is swallowed without a word", "aucune erreur n’est avalée sans un mot"),
    advice=Text(
        "name the error that is expected, and log, count or raise the others",
        "nommez l’erreur attendue, et journalisez, comptez ou relancez les autres",
    ),
)
def swallowing(plugin: Plugin) -> Outcome:
    """Every ``except`` of everything whose body does nothing at all."""
    flaws, count = [], 0
    for path, tree in trees(plugin.files):
        for node in ast.walk(tree):
            if not isinstance(node, ast.ExceptHandler):
                continue
            count += 1
            broad = node.type is None or ast.unparse(node.type) in ("Exception", "BaseException")
            empty = all(isinstance(one, ast.Pass | ast.Continue) or _is_constant(one) for one in node.body)
            if broad and empty:
                flaws.append(f"{path}:{node.lineno} swallows every error")
    return judged(flaws, f"{count} handlers read", f"{count} traitements lus")


def _is_constant(node: ast.stmt) -> bool:
    return isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)
