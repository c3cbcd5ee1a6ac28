"""The key that signs what ``dihya check`` found."""

from dihya_hookspecs.i18n import Text
from dihya_hookspecs.keys import KeyUse

KEYS = (KeyUse("tests", Text("signs statements of checks", "signe les attestations de vérification")),)
