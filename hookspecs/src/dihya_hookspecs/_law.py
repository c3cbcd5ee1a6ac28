"""What the law asks of data about people: a basis, and for the special categories (RGPD article 9) what allows to hold them."""

from __future__ import annotations

from typing import Literal, get_args

from .i18n import Text

Basis = Literal["consent", "contract", "legal_obligation", "vital_interests", "public_interest", "legitimate_interest"]
BASES: tuple[str, ...] = get_args(Basis)
"""What may allow the use of data about people: the letters of article 6(1)."""
Condition = Literal["a", "b", "c", "d", "e", "f", "g", "h", "i", "j"]
Confidence = Literal["found", "to be checked"]

CONDITIONS: dict[str, Text] = {
    "a": Text("explicit consent", "consentement explicite"),
    "b": Text("employment and social protection", "emploi et protection sociale"),
    "c": Text("vital interests", "intérêts vitaux"),
    "d": Text(
        "an association with a political, philosophical, religious or trade-union aim",
        "organisme à finalité politique, philosophique, religieuse ou syndicale",
    ),
    "e": Text("made public by the person", "données rendues publiques par la personne"),
    "f": Text("legal claims", "actions en justice"),
    "g": Text("substantial public interest", "intérêt public important"),
    "h": Text("care, under professional secrecy", "soins, sous secret professionnel"),
    "i": Text("public health", "santé publique"),
    "j": Text("archives, research and statistics", "archives, recherche et statistiques"),
}
"""The conditions of article 9(2) by their letters."""

SPECIAL = (
    "health_and_medical", "biometric", "genetic", "demographic.race_ethnicity", "demographic.political_opinion",
    "demographic.religious_belief", "demographic.trade_union_membership", "demographic.sexual_orientation",
)  # fmt: skip
"""Categories (fideslang, below ``user``) that nobody may hold without one of these conditions; what is below them too."""

OFFENCES = "criminal_history"
"""Data on offences (article 10): only under a law, which the annotation names as its source."""


def is_special(category: str) -> bool:
    """Tell whether a category is one of article 9."""
    return any(category == one or category.startswith(f"{one}.") for one in SPECIAL)


def flaw_of(category: str, article9: str, source: str) -> str:
    """Return what is missing before data of this category may be held; empty where nothing is."""
    if article9 and article9 not in CONDITIONS:
        return f"unknown condition of article 9: {article9!r}; one of {', '.join(CONDITIONS)}"
    if is_special(category) and not article9:
        return (
            f"{category!r} is of a special category (RGPD article 9); say by article9='…' which condition of 9(2) allows to "
            "hold it"
        )
    if (category == OFFENCES or category.startswith(f"{OFFENCES}.")) and not source:
        return f"{category!r} is about offences (RGPD article 10); say by source='…' which law allows to hold it"
    return ""
