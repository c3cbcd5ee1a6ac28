"""What others hear of this plugin."""

from __future__ import annotations

from dihya_hookspecs.data import EventType

_TEXT = {"type": "string"}
_PROPERTIES = {"id": _TEXT, "status": {"enum": ["ready", "failed"]}, "template": _TEXT, "files": {"type": "integer"}}
_SCHEMA = {"type": "object", "additionalProperties": False, "required": list(_PROPERTIES), "properties": _PROPERTIES}
EVENTS = (EventType("services.generated", _SCHEMA, "services:oversee"),)
