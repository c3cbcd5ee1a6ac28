"""How projects came to be, as a list like any other; nobody writes it, since each generation does."""

from __future__ import annotations

from typing import Literal

from dihya_hookspecs.fields import labels_of
from dihya_hookspecs.i18n import Text
from dihya_hookspecs.web import Resource
from pydantic import BaseModel, Field

from .models import Generation
from .service import GenerationLogs

STATUSES = {"ready": {"en": "Ready", "fr": "Prêt"}, "failed": {"en": "Failed", "fr": "Échec"}}
TIERS = {
    "provider": {"en": "Provider", "fr": "Fournisseur"},
    "embedded": {"en": "Embedded model", "fr": "Modèle embarqué"},
    "deterministic": {"en": "Rules", "fr": "Règles"},
}


class ProvenanceFilters(BaseModel):
    """What the list is narrowed by, in words; nobody writes one here."""

    status: Literal["ready", "failed"] = Field("ready", json_schema_extra={"captions": STATUSES})
    tier: Literal["provider", "embedded", "deterministic"] = Field(
        "deterministic", json_schema_extra={"captions": TIERS}
    )


def percent(certainty: float) -> str:
    """Return a certainty as people read it."""
    return f"{certainty:.0%}".replace("%", "\u00a0%")


RESOURCES = Resource(
    name="generations",
    service=GenerationLogs,
    form=ProvenanceFilters,
    read="generation_logs:read",
    write=None,
    columns=("project", "template", "tier", "model", "confidence", "asked", "status", "created_at"),
    labels=labels_of(Generation) | {"created_at": Text("When", "Quand"), "asked": Text("Attempts", "Tentatives")},
    words={"confidence": percent},
    caption="{project}",
    page="/generation_logs/{id}",
    private=("idea_mark", "options_mark"),
)
