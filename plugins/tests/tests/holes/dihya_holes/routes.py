"""Pages as somebody in a hurry writes them, with one hole each; `more` holds the rest."""

from __future__ import annotations

import uuid

from dihya_hookspecs.acts import current
from dihya_hookspecs.web import requires
from flask import Blueprint, redirect, request
from sqlalchemy import text

from . import more
from .models import Note, Post

pages = Blueprint("holes", __name__)


@pages.get("/found")
@requires("holes:use")
def found():
    """SQL injection: the word is written into the statement."""
    word = request.args.get("word", "")
    rows = current().session.execute(text(f"SELECT text FROM holes_posts WHERE text LIKE '%{word}%'"))
    return {"found": [row[0] for row in rows]}


@pages.get("/greeting")
@requires("holes:use")
def greeting():
    """Reflected XSS."""
    return f"<!doctype html><title>Hello</title><p>Hello {request.args.get('name', '')}</p>"


@pages.post("/posts-by-hand")
@requires("holes:use")
def post():
    """A form like any other."""
    current().session.add(Post(text=request.form.get("text", "")))
    return redirect("/holes/board", 303)


@pages.get("/board")
@requires("holes:use")
def board():
    """Stored XSS: what the form took is shown as it came."""
    lines = current().session.query(Post).all()
    return "<!doctype html><title>Board</title>" + "".join(f"<p>{line.text}</p>" for line in lines)


@pages.get("/leave")
@requires("holes:use")
def leave():
    """Open redirect."""
    return redirect(request.args.get("then") or "/holes/board")


@pages.get("/posts-by-hand/<uuid:id>/forget")
@requires("holes:use")
def forget(id: uuid.UUID):
    """CSRF: a link removes something."""
    if line := current().session.get(Post, id):
        current().session.delete(line)
    return redirect("/holes/board", 303)


@pages.get("/notes-by-hand/<uuid:id>")
@requires("holes:use")
def note(id: uuid.UUID):
    """Another owner: the table says whose a note is, and this view does not ask."""
    found = current().session.get(Note, id)
    return ({"title": found.title}, 200) if found else ({}, 404)


@pages.post("/notes-by-hand/<uuid:id>/approve")
@requires("holes:read_notes")
def approve(id: uuid.UUID):
    """Another role: whoever may read a note approves it."""
    if found := current().session.get(Note, id):
        found.approved = True
    return redirect("/holes/board", 303)


@pages.post("/notes-by-hand")
@requires("holes:use")
def write():
    """Mass assignment: all that was sent becomes the note."""
    note = Note(owner=current().actor.id, title="untitled")
    for name, value in request.form.items():
        if name in Note.__table__.columns:
            setattr(note, name, value == "on" if name == "approved" else value)
    current().session.add(note)
    return redirect("/holes/board", 303)


BLUEPRINTS = (pages, more.pages)
