"""What others may hear."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from dihya_hookspecs.events import event


@event("settings.setting_changed", permission="settings:read")
@dataclass(frozen=True, slots=True)
class SettingChanged:
    """Somebody changed a setting, for the application or for themselves.

    The values are written as JSON, and left out where an event must not hold them: of secrets, of free text, and of what
    a person chose for themselves.
    """

    setting: str
    layer: Literal["application", "person"]
    old: str | None = None
    new: str | None = None
    person: str | None = None


EVENTS = (SettingChanged,)
