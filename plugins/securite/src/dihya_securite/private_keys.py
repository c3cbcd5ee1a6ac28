"""The keys of this plugin: one for good, and one that is replaced in time."""

from __future__ import annotations

from dihya_hookspecs.i18n import Text
from dihya_hookspecs.keys import KeyUse

from .turning import turn

_SECRET = Text(
    "protects forms, cookies and the cursors of lists",
    "protège les formulaires, les cookies et les curseurs des listes",
)
KEYS = (
    KeyUse("securite", _SECRET),
    KeyUse("securite.tokens", Text("signs the tokens of programs", "signe les jetons des programmes"), rotate=turn),
)
