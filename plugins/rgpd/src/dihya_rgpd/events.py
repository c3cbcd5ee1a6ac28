"""What others hear of this plugin."""

from __future__ import annotations

from dihya_hookspecs.data import EventType

_PROPERTIES = {"demand": {"type": "string"}, "complete": {"type": "boolean"}}
_SCHEMA = {"type": "object", "properties": _PROPERTIES, "required": list(_PROPERTIES), "additionalProperties": False}
EVENTS = (EventType("rgpd.erased", _SCHEMA, "rgpd:read"),)
