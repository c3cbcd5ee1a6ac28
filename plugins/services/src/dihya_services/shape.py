"""Generations and proposals as the API and the command line give them."""

from __future__ import annotations

import re
import shlex
import shutil
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from dihya_hookspecs.generation import Proposal

from .ending import outcome, state
from .models import Generation
from .needs import as_json
from .service import moment

BASE = "/api/v1/generations"
PROPOSALS_PER_MINUTE = 20
"""Of one person; each may ask a model. ``middleware.rate_factor`` widens it."""


def executable() -> str:
    """Return what people type to reach this Dihya: ``dihya`` where that is on their path, otherwise its own path."""
    own = Path(sys.executable).with_name("dihya")
    found = shutil.which("dihya")
    return shlex.quote(str(own)) if own.exists() and (not found or not own.samefile(found)) else "dihya"


def summary_json(generation: Generation) -> dict[str, Any]:
    """A generation in a list."""
    return {
        "id": str(generation.id), "status": generation.status, "state": state(generation), "name": generation.name,
        "title": generation.title, "template": generation.template, "language": generation.language, "proposer": generation.proposer,
        "created_at": moment(generation.created_at), "finished_at": moment(generation.finished_at),
        "href": f"{BASE}/{generation.id}",
    }  # fmt: skip


def generation_json(generation: Generation, idea: str | None) -> dict[str, Any]:
    """The whole of a generation; *idea* is None for readers who may not see it."""
    href = f"{BASE}/{generation.id}"
    links = {"events": f"{href}/events"}
    if generation.template or generation.needs.get("structure"):
        links["structure"] = f"{href}/structure"
    if generation.files:
        links["files"] = f"{href}/files"
    if outcome(generation) == "ready":
        links["archive"] = f"{href}/archive"
    if generation.log:
        links["log"] = f"{href}/log"
    return {
        **summary_json(generation),
        **({"idea": idea} if idea is not None else {}),
        "confidence": generation.confidence, "tier": generation.tier, "model": generation.model,
        "options": generation.needs.get("options", {}), "entities": generation.needs.get("entities", []),
        "proof": generation.checks or [], "durations": generation.durations or {}, "error": generation.error, "links": links,
    }  # fmt: skip


def proposal_json(draft: Generation, proposal: Proposal) -> dict[str, Any]:
    """A proposal, with the id under which it can be confirmed."""
    shown = {key: value for key, value in as_json(proposal).items() if key != "attempts"}
    shown["alternatives"] = [{"template": name, "confidence": score} for name, score in proposal.alternatives]
    return {"id": str(draft.id), **shown, "attempts": len(proposal.attempts)}


def report_json(generation: Generation, files: Mapping[str, str]) -> dict[str, Any]:
    """What ``dihya generate --json`` prints."""
    return {
        "id": str(generation.id), "status": generation.status, "name": generation.name, "template": generation.template,
        "proposer": generation.proposer, "model": generation.model, "confidence": generation.confidence, "tier": generation.tier,
        "entities": entity_names(files), "words": generation.proposal.get("words", []), "files": sorted(files), "proof": generation.checks or [],
        "durations": dict(generation.durations or {}), "error": generation.error, "directory": None,
    }  # fmt: skip


def entity_names(files: Mapping[str, str]) -> list[str]:
    """The tables of a generated plugin, in the order of its models."""
    found = (
        re.findall(r'__tablename__ = "(\w+)"', text) for path, text in files.items() if path.endswith("/models.py")
    )
    return [name for names in found for name in names]
