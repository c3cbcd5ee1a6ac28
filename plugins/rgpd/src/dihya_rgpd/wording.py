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
_UNITS = {
    "d": ("jour", "jours", "day", "days"),
    "m": ("mois", "mois", "month", "months"),
    "y": ("an", "ans", "year", "years"),
}


def basis(name: str) -> Text:
    """Return a legal basis in words."""
    return _BASES.get(name, Text(name, name))


def kept(retention: str) -> Text:
    """Return how long something is kept, in words; a column is named as the data name it."""
    said = Retention.parse(retention)
    if not said.ends:
        return Text("as long as the account", "durée du compte")
    un, des, one, many = _UNITS[said.unit]
    french, english = (des, many) if said.count != 1 else (un, one)
    after = (f" after {said.after}", f" après {said.after}") if said.after else ("", "")
    return Text(f"{said.count} {english}{after[0]}", f"{said.count} {french}{after[1]}")
