"""The one key of this plugin."""

from __future__ import annotations

from dihya_hookspecs.i18n import Text
from dihya_hookspecs.keys import KeyUse

_PURPOSE = Text(
    "signs exports, seals tombstones and makes the digests in receipts",
    "signe les exports, scelle les pierres tombales et produit les empreintes des reçus",
)
KEYS = (KeyUse("rgpd", _PURPOSE),)
