"""The one key of this plugin."""

from __future__ import annotations

from dihya_hookspecs.i18n import Text
from dihya_hookspecs.keys import KeyUse

_PURPOSE = Text(
    "signs exports of generations, and recognises an idea without telling it",
    "signe les exports des générations, et reconnaît une idée sans la dévoiler",
)
KEYS = (KeyUse("generation_logs", _PURPOSE),)
