"""Rules and policies are asked here; one that fails refuses, by name, and never opens a door."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any

from dihya_hookspecs.access import AccessPolicy, Decision, Denial
from dihya_hookspecs.scopes import Rule

if TYPE_CHECKING:
    from dihya_hookspecs.i18n import Text
    from dihya_hookspecs.scopes import Viewer
    from sqlalchemy import ColumnElement

    from dihya_core.loading.discovery import Candidate

log = logging.getLogger("dihya.core")
HOOK = "register_policies"


class Objection(Exception):
    """A policy or rule refuses, whatever the row."""

    def __init__(self, decision: Decision) -> None:
        super().__init__(decision.reason)
        self.decision = decision


def holds(record: Any, condition: ColumnElement[bool]) -> bool:
    """Ask the database whether a condition holds for one stored record."""
    from sqlalchemy import inspect, literal, select

    session = inspect(record).session
    if session is None:
        return False  # of what is not stored nobody knows whose it is
    session.flush()
    model, key = type(record), inspect(record).identity
    if key is None:
        return False
    same = [column == value for column, value in zip(inspect(model).primary_key, key, strict=True)]
    return session.scalar(select(literal(1)).select_from(model).where(*same, condition)) is not None


def conditions(by: str, rule: Any, model: Any, viewer: Viewer) -> Iterator[tuple[str, Text, ColumnElement[bool]]]:
    """Yield the condition of a rule, and nothing for one that reaches every row; one that fails reaches none."""
    try:
        if not rule.whole(viewer):
            yield by, rule.words, rule.rows(model, viewer)
    except Objection:
        raise
    except Exception as error:
        raise failed(by, error) from error


def asked(plugin: str, policy: AccessPolicy, judge: Callable[..., Any] | None, *question: Any) -> Rule | None:
    """Ask a policy; return the Rule by which it narrows. Raises Objection when it refuses or fails."""
    by = f"policy {policy.name!r} of plugin {plugin!r}"
    try:
        found = judge(*question) if judge is not None else None
    except Exception as error:
        raise failed(by, error) from error
    if isinstance(found, Denial):
        raise Objection(Decision(False, found.reason, by, found.code, found.params))
    if found is not None and not isinstance(found, Rule):
        raise failed(by, TypeError(f"it returned {type(found).__name__!r}, not a Denial, a Rule or None"))
    return found


def failed(by: str, error: Exception) -> Objection:
    log.error("%s failed, and refuses therefore: %s", by, type(error).__name__, exc_info=error)
    return Objection(refuse(f"{by} failed, so that nobody can tell whether you may", by, "policy-failed", policy=by))


def refuse(reason: str, by: str, code: str = "refused", **params: object) -> Decision:
    return Decision(False, reason, by, code, params)


def written(candidate: Candidate) -> bool:
    """Tell whether a plugin has policies that could not even be read: it failed before anybody asked for them."""
    folder = candidate.folder()
    if folder is None:
        return False
    face = folder / "__init__.py"
    return (folder / "policies.py").is_file() or (face.is_file() and HOOK in face.read_text("utf-8", "replace"))
