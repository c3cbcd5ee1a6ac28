"""The one key of this plugin."""

from __future__ import annotations

from dihya_hookspecs.i18n import Text
from dihya_hookspecs.keys import KeyUse

KEYS = (
    KeyUse(
        "console",
        Text("signs messages that wait for the next page", "signe les messages qui attendent la page suivante"),
    ),
)
