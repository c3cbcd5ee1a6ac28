"""The bytes of an event that are hashed: canonical JSON (RFC 8785), for the few types that an event may hold."""

from __future__ import annotations

import json
import re
import secrets
from collections.abc import Mapping
from dataclasses import fields
from typing import Any

from dihya_hookspecs import Flaw, Invalid
from dihya_hookspecs.audit import AuditEvent

LONGEST = 500
_KEY = re.compile(r"[a-z0-9_.]+")
_TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z")
_MEMBERS = tuple(field.name for field in fields(AuditEvent))
_ENCODE = json.JSONEncoder(sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode
_NAMES = {str, type(None)}
_TEXTS = ("act", "actor", "action", "object", "outcome", "plugin")


def seal(event: AuditEvent, nonce: str | None = None) -> str:
    """Return the envelope of *event*. Raises Invalid for what has no canonical form, and so undoes the act.

    With lower-case ASCII keys, without floats and with integers up to 2**53, sorted ``json.dumps`` writes exactly what
    RFC 8785 asks for. Control characters are escaped, so that no value can begin a line of its own. *nonce*, random when left
    out, makes each envelope another, so that a copy of one is known for what it is.
    """
    if not _is_plain(event) and (flaws := list(_flaws(event))):
        raise Invalid("the audit event cannot be stored: " + "; ".join(flaw.detail for flaw in flaws), flaws=flaws)
    return _ENCODE(
        {
            "act": event.act, "action": event.action, "actor": event.actor, "at": event.at, "facts": dict(event.facts),
            "n": secrets.token_hex(8) if nonce is None else nonce, "object": event.object, "outcome": event.outcome,
            "plugin": event.plugin, "v": 1,
        }
    )  # fmt: skip


def unseal(envelope: str) -> AuditEvent:
    """Return the event in *envelope*. Raises ValueError when it is none."""
    content = json.loads(envelope)
    if not isinstance(content, dict) or content.pop("v", None) != 1 or not isinstance(content.pop("n", None), str):
        raise ValueError("not an audit envelope of version 1")
    if content.keys() != set(_MEMBERS):
        raise ValueError("not the members of an audit envelope")
    return AuditEvent(**content)


def _is_plain(event: AuditEvent) -> bool:
    """Tell quickly whether nearly every event has no flaw: short ASCII text, and facts that are such or small numbers."""
    try:
        said = f"{event.act}{event.action}{event.actor}{event.object}{event.outcome}{event.plugin}"
        return (
            len(said) <= LONGEST and said.isascii() and _TIME.fullmatch(event.at) is not None
            and {*map(type, (event.act, event.action, event.outcome, event.plugin))} == {str}
            and {type(event.actor), type(event.object)} <= _NAMES
            and all(_KEY.fullmatch(key) and _is_plain_fact(value) for key, value in event.facts.items())
        )  # fmt: skip
    except (TypeError, AttributeError):
        return False


def _is_plain_fact(value: Any) -> bool:
    if type(value) is list:
        return {*map(type, value)} <= {str} and "".join(value).isascii()
    if type(value) is int:
        return abs(value) <= 2**53
    return value is None or value is True or value is False or (type(value) is str and value.isascii())


def _flaws(event: AuditEvent) -> Any:
    if not isinstance(event.at, str) or not _TIME.fullmatch(event.at):
        yield Flaw("/at", "at is not UTC in ISO 8601 with microseconds and Z")
    for name in _TEXTS:
        value = getattr(event, name)
        if value is None and name in ("actor", "object"):
            continue
        if not isinstance(value, str):
            yield Flaw(f"/{name}", f"{name} is not a string but {type(value).__name__}")
        elif len(value) > LONGEST:
            yield Flaw(f"/{name}", f"{name} is longer than {LONGEST} characters")
        elif not _encodes(value):
            yield Flaw(f"/{name}", f"{name} holds half a surrogate pair")
    if not isinstance(event.facts, Mapping):
        yield Flaw("/facts", "facts is not a mapping")
        return
    for key, value in event.facts.items():
        if not isinstance(key, str) or not _KEY.fullmatch(key):
            yield Flaw("/facts", "a name among the facts is not of the form [a-z0-9_.]+")
            continue
        for item in value if isinstance(value, (list, tuple)) else (value,):
            yield from _fact(f"/facts/{key}", key, item)


def _fact(pointer: str, key: str, value: Any) -> Any:
    if isinstance(value, str):
        if not _encodes(value):
            yield Flaw(pointer, f"fact {key!r} holds half a surrogate pair")
    elif isinstance(value, int):
        if abs(value) > 2**53:
            yield Flaw(pointer, f"fact {key!r} is larger than 2**53; write it as a string")
    elif value is not None:
        yield Flaw(pointer, f"fact {key!r} is {type(value).__name__}; only str, int, bool, None and lists of those")


def _encodes(text: str) -> bool:
    try:
        return text.isascii() or bool(text.encode())
    except UnicodeEncodeError:
        return False
