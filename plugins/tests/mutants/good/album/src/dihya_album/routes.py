"""The page of pictures: which there are, the way in, the way out."""

import uuid

from dihya_hookspecs.acts import get
from dihya_hookspecs.i18n import gettext as _
from dihya_hookspecs.ui import Layout
from dihya_hookspecs.web import accepts, requires
from flask import Blueprint, Response, redirect, request, url_for

from .service import People
from .settings import Settings

album = Blueprint("album", __name__)


@album.get("/pictures")
@requires("album:pictures")
def pictures() -> Response:
    """Show who is in the album, and of whom there is a picture."""
    return get(Layout).page("album/pictures.html", title=_("Pictures"), people=get(People).find().items)


@album.post("/pictures/<uuid:person_id>")
@requires("album:pictures")
@accepts(max_body=5_000_000)
def bring(person_id: uuid.UUID) -> Response:
    """Keep a picture of somebody."""
    file = request.files.get("picture")
    get(People).bring(person_id, file.read() if file else b"", get(Settings).largest)
    return redirect(url_for("album.pictures"), 303)


@album.get("/pictures/<uuid:person_id>")
@requires("album:pictures")
def picture(person_id: uuid.UUID) -> Response:
    """Give a picture, which no browser shows as a page."""
    answer = Response(get(People).picture(person_id), content_type="image/png")
    answer.headers["Content-Disposition"] = 'attachment; filename="picture.png"'
    answer.headers["X-Content-Type-Options"] = "nosniff"
    return answer


@album.post("/pictures/<uuid:person_id>/remove")
@requires("album:pictures")
def remove(person_id: uuid.UUID) -> Response:
    """Take a picture away."""
    get(People).take_away(person_id)
    return redirect(url_for("album.pictures"), 303)


BLUEPRINTS = (album,)
