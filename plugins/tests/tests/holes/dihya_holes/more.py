"""More pages with one hole each: files, addresses, patterns, headers, exports."""

from __future__ import annotations

import re
import traceback
import urllib.request
import uuid
from pathlib import Path

from dihya_hookspecs.acts import current, get
from dihya_hookspecs.app import AppInfo
from dihya_hookspecs.web import requires
from flask import Blueprint, Response, request

from .models import Post

pages = Blueprint("holes_more", __name__, url_prefix="/holes")


def folder() -> Path:
    """Return where files are kept."""
    found = get(AppInfo).data / "holes"
    found.mkdir(exist_ok=True)
    return found


@pages.get("/file")
@requires("holes:use")
def file():
    """Path traversal: the name is put behind the folder, and nobody looks where that is."""
    path = folder() / request.args.get("name", "none")
    return Response(path.read_bytes() if path.is_file() else b"", mimetype="text/plain")


@pages.get("/preview")
@requires("holes:use")
def preview():
    """SSRF: the server fetches what it is told."""
    try:
        with urllib.request.urlopen(request.args.get("url", ""), timeout=2) as answer:  # noqa: S310
            return {"bytes": len(answer.read(1000))}
    except (OSError, ValueError):
        return {"bytes": 0}


@pages.post("/pictures")
@requires("holes:use")
def upload():
    """Upload type: the browser says what it is."""
    sent, id = request.files["picture"], uuid.uuid4()
    (folder() / str(id)).write_bytes(sent.read())
    (folder() / f"{id}.type").write_text(sent.mimetype)
    return {"picture": f"/holes/pictures/{id}"}, 201


@pages.get("/pictures/<uuid:id>")
@requires("holes:use")
def picture(id: uuid.UUID):
    """Give the picture as what it was declared to be."""
    path = folder() / str(id)
    if not path.is_file():
        return {}, 404
    return Response(path.read_bytes(), mimetype=path.with_suffix(".type").read_text())


@pages.get("/enter")
@requires("holes:use")
def enter():
    """Session fixation: the session is the one that the address brings."""
    answer = Response("<!doctype html><title>Welcome</title>")
    answer.set_cookie("holes_session", request.args.get("sid") or uuid.uuid4().hex, httponly=True, samesite="Lax")
    return answer


@pages.get("/tags")
@requires("holes:use")
def tags():
    """ReDoS: a repetition within a repetition."""
    good = re.fullmatch(r"(\w+,?)+", request.args.get("tags", ""))
    return {"good": bool(good)}


@pages.get("/sum")
@requires("holes:use")
def total():
    """Error leak: the trace is the answer."""
    try:
        return {"sum": int(request.args.get("first", "1")) + 1}
    except ValueError:
        return Response(traceback.format_exc(), 400, mimetype="text/plain")


@pages.get("/widget")
@requires("holes:use")
def widget():
    """Missing headers: a policy that allows everything, because a script did not run."""
    answer = Response("<!doctype html><title>Widget</title>")
    answer.headers["Content-Security-Policy"] = "default-src * 'unsafe-inline'"
    return answer


@pages.get("/board.csv")
@requires("holes:use")
def export():
    """Formula injection."""
    lines = [line.text.replace('"', '""') for line in current().session.query(Post).all()]
    return Response("text\r\n" + "".join(f'"{line}"\r\n' for line in lines), mimetype="text/csv")
