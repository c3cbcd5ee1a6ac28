"""Generations as a list like any other. Nobody writes one by a form: proposing, building and proving are the service's."""

from __future__ import annotations

from typing import Literal

from dihya_hookspecs.acts import get
from dihya_hookspecs.data import action
from dihya_hookspecs.fields import labels_of
from dihya_hookspecs.i18n import Text
from dihya_hookspecs.web import Resource
from pydantic import BaseModel, Field

from . import ending, views
from .models import Generation
from .service import GenerationRecords, Generations

CHANGE = "services:generate"
STATES = {
    "draft": {"en": "Draft", "fr": "Brouillon"},
    "generating": {"en": "In progress", "fr": "En cours"},
    "ready": {"en": "Ready", "fr": "Prête"},
    "failed": {"en": "Failed", "fr": "Échec"},
    "stopped": {"en": "Stopped", "fr": "Arrêtée"},
}
STATUSES = {name: STATES[name] for name in ("draft", "generating", "ready", "failed")} | {
    "archived": {"en": "Archived", "fr": "Archivée"}
}


class GenerationFilters(BaseModel):
    """What a list of generations is narrowed by, in words; nobody writes one here."""

    state: Literal["draft", "generating", "ready", "failed", "stopped"] = Field(
        "draft", json_schema_extra={"captions": STATES}
    )
    status: Literal["draft", "generating", "ready", "failed", "archived"] = Field(
        "draft", json_schema_extra={"captions": STATUSES}
    )


class GenerationList(GenerationRecords):
    """One's own generations, everybody's for who oversees; what is done to several at once, by those they belong to."""

    @action("archive", ("Put into the archive", "Mettre aux archives"), many=True, permission=CHANGE)
    def archive(self, record: Generation) -> None:
        """Lists leave it out until one asks for it; what has not ended is not archived."""
        get(Generations).put(record, "archived")

    @action("unarchive", ("Take out of the archive", "Sortir des archives"), many=True, permission=CHANGE)
    def unarchive(self, record: Generation) -> None:
        """It is again what it ended as."""
        get(Generations).put(record, ending.outcome(record))

    @action(
        "remove",
        ("Remove", "Supprimer"),
        confirm=(
            "Remove these generations? Their ideas, files, archives and logs are deleted; installed plugins stay.",
            "Supprimer ces générations ? Leurs idées, fichiers, archives et journaux disparaissent ; les plugins installés restent.",
        ),
        many=True,
        permission=CHANGE,
    )
    def remove_generation(self, record: Generation) -> None:
        """With everything that it left; one that runs stops before its next step."""
        get(Generations).remove(record)


RESOURCES = Resource(
    name="generations",
    service=GenerationList,
    form=GenerationFilters,
    read="services:read",
    write=None,
    columns=("title", "name", "template", "state", "created_at", "finished_at"),
    labels=labels_of(Generation) | {"created_at": Text("Begun", "Commencée"), "state": Text("Status", "État")},
    words={"template": views.template_title},
    caption="{title}",
    page="/services/{id}",
    private=("idea", "needs", "proposal", "error", "checks", "durations"),
    leaves_out={"status": "archived"},
)
