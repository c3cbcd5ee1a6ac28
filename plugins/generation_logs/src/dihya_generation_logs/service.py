"""The log: records a generation, finds records, forgets the old ones."""

from __future__ import annotations

import hashlib
import json
from datetime import UTC, datetime, timedelta
from functools import cache
from importlib.metadata import PackageNotFoundError, version
from typing import Any

from dihya_hookspecs import DihyaError
from dihya_hookspecs.acts import Act
from dihya_hookspecs.app import Plugins
from dihya_hookspecs.data import Records
from dihya_hookspecs.generation import Project, Proposal, Templates
from dihya_hookspecs.keys import Keys
from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from .marks import Marks
from .models import Attempt, Generation
from .settings import Settings

PURPOSE = "project-generation"
_SWEPT = 200  # expired records that one new record sweeps away at most


class GenerationLogs(Records[Generation]):
    """The records of generations. They are written once; only erasing a person and age change them."""

    model = Generation
    search = ("project", "template", "model", "proposer")
    order = "-created_at"

    def __init__(self, act: Act, session: Session, marks: Marks, settings: Settings) -> None:
        super().__init__(session)
        self._act, self.marks, self._settings = act, marks, settings

    @classmethod
    def from_container(cls, svcs_container: Any) -> GenerationLogs:
        """Build the log inside an act."""
        marks = Marks(svcs_container.get(Keys))
        return cls(svcs_container.get(Act), svcs_container.get(Session), marks, svcs_container.get(Settings))

    def record(self, project: Project) -> Generation:
        """Write one generation with its attempts; the idea leaves a fingerprint and a length, nothing else."""
        made = Generation(
            project=project.id,
            person_id=project.person,
            purpose=PURPOSE,
            status=project.status,
            durations=dict(project.durations),
            checks=[
                {"name": it.name, "passed": it.passed, "seconds": it.seconds}
                for it in project.checks
                if it.state in ("passed", "failed")
            ],
            software=_software(),
            **self._needs(project),
            **self._proposed(project.proposal),
            **_review(project),
        )
        self.session.add(made)
        self.session.flush()
        self._act.record(
            "generation_logs.recorded", object=f"{Generation.__tablename__}:{made.id}", digest=digest(made)
        )
        self.sweep(limit=_SWEPT)
        return made

    def sweep(self, *, limit: int | None = None, dry: bool = False, now: datetime | None = None) -> int:
        """Delete records older than the retention, the oldest first, and return how many (would) go."""
        before = (now or datetime.now(UTC)) - timedelta(days=self._settings.retention_days)
        old = select(Generation.id).where(Generation.created_at < before).order_by(Generation.created_at).limit(limit)
        if dry:
            return self.session.scalar(select(func.count()).select_from(old.subquery())) or 0
        ids = self.session.scalars(old).all()
        for start in range(0, len(ids), 500):
            some = ids[start : start + 500]
            self.session.execute(delete(Attempt).where(Attempt.generation_id.in_(some)))
            self.session.execute(delete(Generation).where(Generation.id.in_(some)))
        if ids:
            self._act.record("generation_logs.swept", rows=len(ids), retention_days=self._settings.retention_days)
        return len(ids)

    def between(self, start: datetime | None = None, end: datetime | None = None) -> list[Generation]:
        """Return the records made from *start* up to, not including, *end*, the oldest first."""
        sought = select(Generation).order_by(Generation.created_at, Generation.id)
        if start:
            sought = sought.where(Generation.created_at >= start)
        if end:
            sought = sought.where(Generation.created_at < end)
        return list(self.session.scalars(sought))

    def _needs(self, project: Project) -> dict[str, Any]:
        needs = project.needs
        version, template_digest = self._template(needs.template)
        return {
            "template": needs.template,
            "template_version": version,
            "template_digest": template_digest,
            "idea_mark": self.marks.mark(needs.idea) if needs.idea else None,
            "idea_length": len(needs.idea),
            "language": needs.language,
            "options_mark": self.marks.mark(_canonical(needs.options)) if needs.options else None,
            "parameters": {"options": sorted(needs.options), "entities": len(needs.entities)},
        }

    def _template(self, name: str) -> tuple[str, str]:
        try:
            found = self._act.get(Templates).get(name)
        except DihyaError:
            return "", ""  # it has gone, or no template plugin is installed; the name is kept all the same
        return found.version, found.digest

    def _proposed(self, proposal: Proposal | None) -> dict[str, Any]:
        if proposal is None:
            empty = dict.fromkeys(("tier", "proposer", "model", "model_digest"), "")
            return {**empty, "confidence": 0.0, "tokens_in": 0, "tokens_out": 0, "attempts": []}
        names = ("number", "tier", "provider", "model", "outcome", "milliseconds", "tokens_in", "tokens_out")
        attempts = [
            Attempt(detail=it.detail[:300], **{name: getattr(it, name) for name in names}) for it in proposal.attempts
        ]
        return {
            "tier": proposal.tier,
            "proposer": proposal.proposer,
            "model": proposal.model,
            "model_digest": self._weights(proposal.model),
            "confidence": proposal.confidence,
            "tokens_in": sum(it.tokens_in for it in proposal.attempts),
            "tokens_out": sum(it.tokens_out for it in proposal.attempts),
            "attempts": attempts,
        }

    def _weights(self, model: str) -> str:
        cards = [provider.card for _, provider in self._act.get(Plugins).collected("register_ai_providers")]
        return next((card.digest for card in cards if card.name == model), "")


def digest(record: Generation) -> str:
    """Return the SHA-256 of what a record says; the audit log keeps it, so that a changed record is noticed.

    Who it was for is left out: erasing a person must not look like tampering.
    """
    kept = flat(record)
    for name in ("person_id", "accepted_by", "idea_mark", "options_mark", "version", "changed_at"):
        kept.pop(name)
    return _sha256(kept)


def flat(record: Generation) -> dict[str, Any]:
    """Return a record with its attempts as JSON values."""
    row = {column.key: _plain(getattr(record, column.key)) for column in Generation.__table__.columns}
    hidden = ("id", "generation_id")
    row["attempts"] = [
        {
            column.key: _plain(getattr(it, column.key))
            for column in Attempt.__table__.columns
            if column.key not in hidden
        }
        for it in sorted(record.attempts, key=lambda it: it.number)
    ]
    return row


def _review(project: Project) -> dict[str, Any]:
    """Return who accepted the proposal and what they changed of it: generating is how a person accepts."""
    proposal, needs = project.proposal, project.needs
    if proposal is None or project.person is None:
        return {"accepted_by": None, "accepted_at": None, "changed_fields": []}
    changed = [name for name in ("template", "name", "title") if getattr(proposal, name) != getattr(needs, name)]
    names = {*proposal.options, *needs.options}
    changed += [f"options.{it}" for it in sorted(names) if proposal.options.get(it) != needs.options.get(it)]
    if _sha256(list(proposal.entities)) != _sha256(list(needs.entities)):
        changed.append("entities")
    return {"accepted_by": project.person, "accepted_at": datetime.now(UTC), "changed_fields": changed}


def _plain(value: Any) -> Any:
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")
    return value if isinstance(value, (str, int, float, bool, list, dict, type(None))) else str(value)


def _sha256(value: Any) -> str:
    return hashlib.sha256(_canonical(value).encode()).hexdigest()


def _canonical(value: Any) -> str:
    return json.dumps(value, sort_keys=True, ensure_ascii=False, separators=(",", ":"), default=str)


@cache
def _software() -> str:
    def of(package: str) -> str:
        try:
            return version(package)
        except PackageNotFoundError:
            return "?"

    return f"dihya-core {of('dihya-core')}, dihya-templates {of('dihya-templates')}"
