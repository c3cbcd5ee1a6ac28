"""Serve assets: fingerprinted names for a year, plain names until they change."""

from __future__ import annotations

from dihya_hookspecs import NotFound
from dihya_hookspecs.acts import get
from dihya_hookspecs.web import public
from flask import Blueprint, Response, request

from .service import Asset, Assets

FOR_EVER = "public, max-age=31536000, immutable"
UNTIL_CHANGED = "no-cache"


def make_blueprint() -> Blueprint:
    """Return the blueprint; each application has assets of its own."""
    blueprint = Blueprint("static", __name__)

    @blueprint.get("/<plugin>/<path:file>")
    @public("style sheets, scripts, fonts and pictures hold nothing about anybody")
    def file(plugin: str, file: str) -> Response:
        """Give a file of a plugin's static folder, by its plain or its fingerprinted name."""
        found = get(Assets).match(plugin, file)
        if found is None:
            raise NotFound("no such asset")
        return answer(*found)

    return blueprint


def answer(asset: Asset, by_fingerprint: bool) -> Response:
    """Return the asset as the request wants it: whole, in part, compressed, or not at all because it is known."""
    zipped = asset.zipped if request.accept_encodings["gzip"] and "Range" not in request.headers else None
    response = Response(zipped or asset.body, content_type=asset.media_type)
    if zipped:
        response.headers["Content-Encoding"] = "gzip"
    if asset.zipped:
        response.vary.add("Accept-Encoding")
    response.set_etag(asset.digest[:32] + ("-gzip" if zipped else ""))
    response.headers["Cache-Control"] = FOR_EVER if by_fingerprint else UNTIL_CHANGED
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.make_conditional(request, accept_ranges=True, complete_length=len(zipped or asset.body))
    return response


BLUEPRINTS = (make_blueprint(),)
