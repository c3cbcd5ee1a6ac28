"""What a request brings: JSON as a model, and the version that it was made for. Everybody says ``dihya_hookspecs.web``."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, NoReturn, TypeVar

from . import Flaw, Invalid
from .i18n import Text

if TYPE_CHECKING:
    from pydantic import BaseModel
    from werkzeug.wrappers import Request

_M = TypeVar("_M", bound="BaseModel")


def demand_match(request: Request, version: object) -> bool:
    """Tell whether ``If-Match`` names this version of what is to be changed; False where the header is missing.

    Raises:
        Invalid: 412, it names other versions, a weak one (RFC 9110, 13.1.1), or nothing that is a version.
    """
    if "If-Match" not in request.headers:
        return False
    wanted = request.if_match
    if not wanted.star_tag and not wanted.contains(str(version)):
        raise Invalid("the record has changed meanwhile; read it again", code="stale", status=412)
    return True


JSON_TYPES = ("application/json",)
PATCH_TYPES = ("application/json", "application/merge-patch+json")
_MEDIA = Text("the body must be sent as %(types)s", "le contenu doit être envoyé au format %(types)s")
_NO_JSON = Text("the body is not valid JSON", "le contenu n’est pas du JSON valide")
_NO_OBJECT = Text("the body must be a JSON object", "le contenu doit être un objet JSON")
_TYPE = Text("must be a JSON object", "doit être un objet JSON")


def body(form: type[_M]) -> _M:
    """Return the JSON body of the request that is answered, as a pydantic model.

    Raises:
        Invalid: 415 for another media type, 400 for what is not JSON, 422 for what is no object, for a field that the form
            does not have and for what breaks its rules: one flaw each, at its JSON pointer; no input is quoted.
    """
    from flask import request

    from .resources import writing

    types = PATCH_TYPES if request.method == "PATCH" else JSON_TYPES
    return writing.form_of_body(form, json_object(request, types))


def json_object(request: Request, types: Sequence[str] = JSON_TYPES) -> dict[str, Any]:
    """Return the JSON object of a request. Raises Invalid as ``body`` does."""
    if request.mimetype not in types:
        accepted = ", ".join(types)
        header = "Accept-Patch" if request.method == "PATCH" else "Accept-Post"
        raise Invalid(str(_MEDIA) % {"types": accepted}, code="media-type", status=415, headers={header: accepted})
    try:
        value = json.loads(request.get_data(), parse_constant=_no_constant)
    except (ValueError, RecursionError) as error:
        raise Invalid(str(_NO_JSON), code="json", status=400) from error
    if not isinstance(value, dict):
        raise Invalid(str(_NO_OBJECT), flaws=[Flaw("", str(_TYPE), "type")])
    return value


def _no_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is not JSON")
