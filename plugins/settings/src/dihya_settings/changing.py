"""One change of a setting: allowed, checked, stored, recorded, told."""

from __future__ import annotations

import difflib
import json
import logging
from collections.abc import Mapping
from datetime import UTC, datetime
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from dihya_hookspecs import Flaw, Invalid, NotFound
from dihya_hookspecs.acts import Act, current, get
from dihya_hookspecs.events import IDENTIFIER
from dihya_hookspecs.i18n import Text, mark
from dihya_hookspecs.settings import Section, SettingLayers, is_secret
from sqlalchemy import event, insert, update
from sqlalchemy.orm import Session

from .events import SettingChanged
from .models import Choice, Epoch, Value
from .sealing import sealed

if TYPE_CHECKING:
    from .service import Store

log = logging.getLogger("dihya.settings")
SAID = (mark("problem.setting"), mark("problem.setting-locked"), mark("problem.setting-stale"))
"""What people read of a refusal outside of the page."""
ONE_OF = Text("must be one of %(expected)s", "doit être l’une de ces valeurs : %(expected)s")
NEARER = Text("must be a number closer to zero", "doit être un nombre plus proche de zéro")
MOST_NAMED = 8
LARGEST = 2**53
"""From here on JSON has no place for every whole number: another one would be read back than was stored."""


def change(
    store: Store,
    setting: str,
    given: tuple[Any, ...],
    version: int | None,
    person: str | None,
    beside: Mapping[str, Any] = MappingProxyType({}),
) -> None:
    """Store the value that is given, or none, for the application or a person; see ``SettingsStore.set``."""
    section, name = demand(setting, person)
    value = checked(section, name, given[0] if given else default_of(section, name), beside)
    act = current()
    number = _next(act.session)
    row = _row(act.session, section.plugin, name, person)
    _fresh(row, version, setting)
    before = row.value if row.kept else None
    if not given and not row.kept:
        return
    row.value, row.kept = value if given else None, bool(given)
    row.version, row.changed_at = number, datetime.now(UTC)
    if isinstance(row, Value):
        row.changed_by, row.changed_name = (act.actor.id, act.actor.name[:120]) if act.actor else (None, None)
    act.session.add(row)
    act.session.flush()
    _tell(act, section, name, before, row, person)
    _follow_with(act.session, store)


def demand(setting: str, person: str | None = None) -> tuple[Section, str]:
    """Return the section and the field of a setting that may be changed. Raises NotFound, and Invalid (409)."""
    sections = get(SettingLayers).sections()
    plugin, _, name = setting.partition(".")
    section = sections.get(plugin)
    if section is None or name not in section.fields or (person is not None and not section.fields[name].personal):
        known = [f"{one.plugin}.{field}" for one in sections.values() for field in one.fields]
        near = difflib.get_close_matches(setting, known, 1)
        hint = f"; did you mean {near[0]!r}?" if near else ""
        whose = "each person can choose" if person is not None and near[:1] == [setting] else "people can change"
        raise NotFound(f"no setting {setting!r} that {whose}" + ("" if near[:1] == [setting] else hint))
    if said := section.said.get(name):
        raise Invalid(
            f"the operator set {setting!r} in {said.where}, where it can be changed",
            code="setting-locked", status=409, params={"setting": setting, "where": said.where},
        )  # fmt: skip
    return section, name


def checked(section: Section, name: str, value: Any, beside: Mapping[str, Any] = MappingProxyType({})) -> Any:
    """Return a value as it is stored: as the model reads it, in JSON; a secret sealed. Raises Invalid."""
    found = get(SettingLayers).check(section.plugin, {**beside, name: value})
    offered = section.fields[name].offered()
    read = getattr(found, name)
    if is_secret(section.model, name):
        return sealed(read.get_secret_value()) if read else None
    said = read if isinstance(read, (list, tuple, set, frozenset)) else [read]
    if offered is not None and not offered.keys() >= set(map(str, said)):
        some = ", ".join([*list(offered)[:MOST_NAMED], *(["…"] if len(offered) > MOST_NAMED else [])])
        detail = str(ONE_OF) % {"expected": some}
        raise Invalid(f"this does not fit setting {section.plugin}.{name}", flaws=[Flaw(f"/{name}", detail)])
    if any(isinstance(one, (int, float)) and not -LARGEST < one < LARGEST for one in said):
        raise Invalid(f"this does not fit setting {section.plugin}.{name}", flaws=[Flaw(f"/{name}", str(NEARER))])
    return found.model_dump(mode="json", include={name})[name]


def default_of(section: Section, name: str) -> Any:
    """Return the value that a field has where nobody says another one."""
    return section.model.model_fields[name].get_default(call_default_factory=True, validated_data={})


def speakable(value: Any) -> str | None:
    """Return a value as JSON where an event and the audit log may hold it: numbers and words, no free text."""
    text = value if isinstance(value, str) else json.dumps(value)
    return text if IDENTIFIER.match(text) else None


def _next(session: Session) -> int:
    """Return the number of this change; the row stays locked, so that one change comes after the other."""
    session.execute(update(Epoch).where(Epoch.id == 1).values(number=Epoch.number + 1))
    row = session.get(Epoch, 1, populate_existing=True)
    if row is None:
        session.execute(insert(Epoch).values(id=1, number=1))
        return 1
    return row.number


def _row(session: Session, plugin: str, name: str, person: str | None) -> Value | Choice:
    key = {"plugin": plugin, "field": name}
    row: Value | Choice | None
    if person is None:
        row = session.get(Value, (plugin, name), populate_existing=True)
        return row or Value(**key, version=0, kept=False)
    row = session.get(Choice, (person, plugin, name), populate_existing=True)
    return row or Choice(**key, person=person, version=0, kept=False)


def _fresh(row: Value | Choice, version: int | None, setting: str) -> None:
    if version is not None and version != row.version:
        name = getattr(row, "changed_name", None) or getattr(row, "changed_by", None) or "somebody"
        raise Invalid(
            f"{name} changed {setting!r} meanwhile; read it again, then decide", code="setting-stale", status=409,
            params={"setting": setting, "name": name},
        )  # fmt: skip


def _tell(act: Act, section: Section, name: str, before: Any, row: Value | Choice, person: str | None) -> None:
    """Record who did it, and tell whoever listens; values only where everybody who may read that may know them."""
    setting = f"{section.plugin}.{name}"
    quiet = person is not None or is_secret(section.model, name)
    old, new = (None, None) if quiet else (_said(before), _said(row.value))
    facts: Mapping[str, str | bool | None] = {"old": old, "new": new, "default": not row.kept}
    act.record(
        "settings.chosen" if person else "settings.set", object=f"{row.__tablename__}:{setting}",
        **(facts if not quiet else {"default": not row.kept}),
    )  # fmt: skip
    act.publish(SettingChanged(setting, "person" if person else "application", old, new, person))


def _said(value: Any) -> str | None:
    return None if value is None else speakable(value)


def _follow_with(session: Session, store: Store) -> None:
    """Let the change count in this process when it is committed; others look once a second."""

    def committed(session: Session) -> None:
        try:
            store.follow()
        except Exception as error:  # it is stored; this process sees it with its next look
            log.warning("a changed setting counts here a second later: %s", type(error).__name__)

    if not session.info.get("dihya_settings"):
        session.info["dihya_settings"] = True
        event.listen(session, "after_commit", committed)
