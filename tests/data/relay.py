"""A plugin whose work is seen from outside: a task with a gate in its middle, and words that are heard everywhere."""

from __future__ import annotations

import threading
from pathlib import Path

import flask
from dihya_hookspecs import hookimpl
from dihya_hookspecs.access import Permission
from dihya_hookspecs.acts import current, get
from dihya_hookspecs.app import AppInfo
from dihya_hookspecs.channels import Channels, Topic
from dihya_hookspecs.i18n import Text
from dihya_hookspecs.ops import Task, Tasks
from dihya_hookspecs.web import Streams, requires

HEARD = Topic("relay.heard", "relay:use")
api = flask.Blueprint("relay", __name__, url_prefix="/api/v1/relay")


@api.post("/tasks")
@requires("relay:use")
def begin():
    """Queue a task that waits at a gate, which is a file."""
    return flask.jsonify(id=get(Tasks).enqueue("relay.run", {"gate": flask.request.json["gate"]})), 202


@api.get("/tasks/<id>")
@requires("relay:use")
def look(id):
    """Say where a task stands."""
    return flask.jsonify(state=get(Tasks).status(id).state)


@api.post("/words")
@requires("relay:use")
def speak():
    """Say a word."""
    get(Channels).publish(HEARD, "all", flask.request.json["word"])
    current().record("relay.said", place=flask.request.json["word"])
    return "", 204


@api.get("/words")
@requires("relay:use")
def hear():
    """Stream the words that are said."""
    return get(Streams).messages(HEARD, "all")


def run(steps, payload):
    """Leave a trace, wait at the gate, leave another trace."""
    gate = Path(payload["gate"])
    steps.run("first", lambda: current().record("relay.stepped", step=f"first of {gate.name}"))
    steps.run("gate", lambda: wait(gate, steps), outside=True)
    steps.run("last", lambda: current().record("relay.stepped", step=f"last of {gate.name}"))


def wait(gate, steps):
    """Say where it waits, and wait until the gate is opened."""
    note = gate.with_suffix(".draft")
    note.write_text(str(get(AppInfo).data))
    note.rename(gate.with_suffix(f".{steps.attempt}"))
    while not gate.exists():
        steps.check()
        threading.Event().wait(0.05)


@hookimpl
def register_routes():
    return api


@hookimpl
def register_tasks():
    return Task("relay.run", run)


@hookimpl
def register_permissions():
    return Permission("relay:use", Text("relay words", "relayer des mots"), ("admin", "user"))
