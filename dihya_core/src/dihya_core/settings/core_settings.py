"""The settings of the core itself: ``[dihya]`` and ``[plugins]``."""

from __future__ import annotations

from typing import Literal

from dihya_hookspecs.i18n import Text
from pydantic import BaseModel, ConfigDict, Field

TRUST = {
    "securite": Text(
        "nobody can sign in, and forms are not protected against forgery",
        "personne ne peut se connecter, et les formulaires ne sont pas protégés contre la falsification",
    ),
    "audit": Text(
        "what people do leaves no trace that can be verified",
        "ce que font les personnes ne laisse aucune trace vérifiable",
    ),
    "middleware": Text(
        "answers carry no security headers, and requests have no limits",
        "les réponses n’ont pas d’en-têtes de sécurité, et les requêtes n’ont pas de limites",
    ),
    "keys": Text("nothing can be signed or sealed", "rien ne peut être signé ni scellé"),
    "db": Text("there is no database", "il n’y a pas de base de données"),
    "rgpd": Text(
        "nobody’s data can be exported or erased on demand",
        "les données de personne ne peuvent être exportées ni effacées sur demande",
    ),
}
"""What the promises of SECURITY.md stand on, and what is lost without: these run where they are installed, or nothing is served."""


class Core(BaseModel):
    """Section ``[dihya]``."""

    model_config = ConfigDict(extra="forbid")

    data: str = Field(
        "instance", description="Folder for the database, keys and files; relative to the configuration file."
    )
    debug: bool = Field(False, description="Show tracebacks in answers and on the command line; never in production.")
    trip_after: int = Field(
        5, ge=1, description="A plugin that fails so often within a minute is left out until re-armed."
    )
    start_seconds: float = Field(
        30, gt=0, le=600, description="A plugin that takes longer for one thing at the start is left out, by name."
    )
    probe_seconds: float = Field(2, gt=0, le=30, description="How long one health check may take.")


class Toggles(BaseModel):
    """Section ``[plugins]``: which plugins run."""

    model_config = ConfigDict(extra="forbid")

    enable: list[str] = Field([], description="If not empty, only these plugins run, and all others are switched off.")
    disable: list[str] = Field([], description="These plugins do not run, and their code is not imported.")
    required: list[str] = Field(
        [],
        description="The start stops when one of these cannot run; where they are installed, "
        f"{', '.join(TRUST)} are always among them.",
    )
    accept_loss_of: list[str] = Field(
        [], description=f"Those of {', '.join(TRUST)} that may be listed in disable: the operator knows what is lost."
    )
    strict: bool = Field(
        False,
        description="Whether a plugin is left out whose files are not what they were when it was installed (RECORD).",
    )
    advisories: str = Field(
        "",
        description="File or folder of advisories in the OSV format, and of an index's pages (PEP 691) that say what was yanked; "
        "relative to the configuration file. Empty for none.",
    )
    advised: Literal["warn", "off"] = Field(
        "warn", description="What becomes of a plugin that an advisory is about: it is warned of, or left out."
    )
    accept_advisories: list[str] = Field(
        [], description="Ids of advisories that do not count here: the operator has looked at them."
    )
    from_browser: bool = Field(
        True,
        description="Whether the console may change which plugins are there and which run; false leaves that to the command line.",
    )
    uploads: bool = Field(
        False,
        description="Whether wheels and ZIP files may be uploaded in the console: whoever may do so runs any code on the server.",
    )
    shelf: str = Field(
        "",
        description="Folder of wheels and plugins that the console may install; relative to the configuration file. "
        "Empty for none.",
    )
    index: str = Field(
        "",
        description="Address of a package index, as PEP 691 describes it, from which the console may install "
        "dihya-NAME. Empty for none.",
    )
