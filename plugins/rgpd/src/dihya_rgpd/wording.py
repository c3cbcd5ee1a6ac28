"""Legal bases and retentions as a person reads them in an export, in French and English."""

from __future__ import annotations

from dihya_hookspecs.i18n import Text
from dihya_hookspecs.rgpd import Retention

_BASES = {
    "consent": Text("consent", "consentement"),
    "contract": Text("contract", "contrat"),
    "legal_obligation": Text("legal obligation", "obligation légale"),
    "vital_interests": Text("vital interests", "intérêts vitaux"),
    "public_interest": Text("public task", "mission d’intérêt public"),
    "legitimate_interest": Text("legitimate interest", "intérêt légitime"),
}


def basis(name: str) -> Text:
    """Return a legal basis in words."""
    return _BASES.get(name, Text(name, name))


def kept(retention: str) -> Text:
    """Return how long something is kept, in words; a column is named as the data name it."""
    return Retention.parse(retention).words
