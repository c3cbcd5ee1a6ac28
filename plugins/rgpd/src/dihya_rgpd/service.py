"""Export and erasure of one person across all plugins, from what their columns declare."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from typing import Any

from dihya_hookspecs import DihyaError, Incomplete, Invalid
from dihya_hookspecs.acts import Act
from dihya_hookspecs.app import AppInfo, Hooks
from dihya_hookspecs.data import Model
from dihya_hookspecs.rgpd import Demand, Disclosure, Erasure, People, Subject
from sqlalchemy import inspect, select
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from .annotations import Annotations
from .erasing import carry_out, summary
from .exporting import Export
from .finding import known_by
from .models import DemandRow
from .planning import Plan, rows_about
from .signing import Seal


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of a demand: the receipt's id, table by table what was done, and which parts are missing."""

    demand: str
    erasures: tuple[Erasure, ...] = ()
    failed: tuple[Incomplete, ...] = ()
    residual: tuple[str, ...] = ()

    @property
    def complete(self) -> bool:
        """True when nothing is missing."""
        return not self.failed and not self.residual


@dataclass(frozen=True, slots=True)
class Place:
    """A column about people, and how many rows of it are about the person in question."""

    plugin: str
    table: str
    column: str
    category: str
    subject: str
    purpose: str
    basis: str
    retention: str
    secret: bool
    rows: int = 0


class _Broken(Exception):
    pass


class Desk(People):
    """Carries out the demands of people."""

    def __init__(
        self, session: Session, annotations: Annotations, hooks: Hooks, seal: Callable[[], Seal],
        *, act: Act | None = None, versions: Mapping[str, str] | None = None,
    ) -> None:  # fmt: skip
        self.session = session
        self.annotations = annotations
        self.hooks = hooks
        self._seal = seal
        self._act = act
        self._versions = versions or {}
        self._names: set[str] | None = None

    @classmethod
    def from_container(cls, svcs_container: Any) -> Desk:
        """Build the desk inside an act."""
        info = svcs_container.get(AppInfo)
        session = svcs_container.get(Session)
        annotations = Annotations(Model.metadata.tables.values(), [plugin.name for plugin in info.plugins])
        return cls(
            session,
            annotations,
            svcs_container.get(Hooks),
            lambda: Seal(info.data / "keys"),
            act=svcs_container.get(Act),
            versions={plugin.name: plugin.version for plugin in info.plugins},
        )

    def find(self, identifier: str) -> list[Subject]:
        """Subjects known by this e-mail address, phone number or other identifier, in any case."""
        return self.look_up(identifier)[0]

    def look_up(self, identifier: str) -> tuple[list[Subject], list[Incomplete]]:
        """Return the subjects, and the plugins that could not say whether they know the person."""
        text = identifier.strip()
        if not text:
            raise Invalid("nothing to look for; give an e-mail address, a phone number or another identifier")
        known = known_by(self.session, self.annotations, self._present(), text)
        found = {(subject.table, subject.key): subject for subject in known}
        failed = []
        for _, answer in self.hooks.call("find_subject", identifier=text):
            if isinstance(answer, Incomplete):
                failed.append(answer)
            else:
                found.setdefault((answer.table, answer.key), answer)
        return sorted(found.values(), key=lambda subject: (subject.table, subject.key)), failed

    def export(self, subjects: list[Subject]) -> bytes:
        """A signed ZIP with all that is held about them."""
        return self.disclose(subjects)[0]

    def disclose(self, subjects: Sequence[Subject]) -> tuple[bytes, Outcome]:
        """Return the signed ZIP, and which parts are missing from it."""
        row = self._open("export", subjects)
        answers = self._ask("on_rgpd_export", subjects, Demand(row.id, "export"))
        disclosures = [(plugin, answer) for plugin, answer in answers if isinstance(answer, Disclosure)]
        failed = [answer for _, answer in answers if isinstance(answer, Incomplete)] + self._gaps()
        fates = rows_about(self.session, self.annotations, by_table(subjects), self._present())
        outcome = Outcome(row.id, failed=tuple(failed), residual=tuple(self.residual()))
        content = Export(
            row.id, subjects, self.annotations, fates, disclosures, failed, outcome.residual, self._versions
        ).pack(self._seal())
        self._close(row, outcome, {"tables": {name: len(found) for name, found in sorted(fates.items())}})
        return content, outcome

    def erase(self, subjects: list[Subject]) -> list[Erasure]:
        """Erase; answers what was removed, anonymised and retained, table by table."""
        return list(self.fulfil(subjects).erasures)

    def fulfil(self, subjects: Sequence[Subject]) -> Outcome:
        """Erase, and say what is missing.

        When a plugin fails, the people's own rows stay, so that they can be found again and the demand be finished.
        """
        row = self._open("erase", subjects)
        answers = self._ask("on_rgpd_erase", subjects, Demand(row.id, "erase"))
        erasures = [answer for _, answer in answers if isinstance(answer, Erasure)]
        failed = [answer for _, answer in answers if isinstance(answer, Incomplete)]
        self.session.flush()
        plan = self._plan(subjects, keep_people=bool(failed))
        done, refused = carry_out(self.session, self.annotations, plan)
        failed += refused + self._gaps()
        outcome = Outcome(row.id, tuple(merged([*erasures, *done])), tuple(failed), tuple(self.residual()))
        self._close(row, outcome, {"erasures": [asdict(erasure) for erasure in outcome.erasures]})
        if self._act:
            self._act.publish("rgpd.erased", {"demand": row.id, "complete": outcome.complete})
        return outcome

    def foresee(self, subjects: Sequence[Subject]) -> list[Erasure]:
        """Say what erasing would remove, anonymise and retain in annotated tables; nothing is changed."""
        plan = self._plan(subjects)
        return [summary(self.annotations.table(name), fates) for name, fates in sorted(plan.fates.items())]

    def places(self, subjects: Sequence[Subject] = ()) -> list[Place]:
        """Where data about people lies; with *subjects*, only where there are rows about them, and how many."""
        counts: dict[tuple[str, str], int] = {}
        if subjects:
            fates = rows_about(self.session, self.annotations, by_table(subjects), self._present())
            for name, found in fates.items():
                for fate in found.values():
                    for group in fate.groups:
                        for column in group.columns:
                            counts[name, column.key] = counts.get((name, column.key), 0) + 1
        return [
            Place(
                self.annotations.owners[table.name], table.name, column.name, declared.category, declared.subject,
                declared.purpose, declared.basis, declared.retention, declared.secret,
                counts.get((table.name, column.key), 0),
            )
            for table, column, declared in self.annotations.places()
            if not subjects or counts.get((table.name, column.key))
        ]  # fmt: skip

    def residual(self) -> list[str]:
        """Tables in the database that belong to no active plugin: of one that is disabled or was removed."""
        known = set(self.annotations.owners)
        plugins = tuple(f"{name}_" for name in self._versions)
        return sorted(
            name
            for name in self._present()
            if name not in known and not name.endswith("alembic_version") and not (plugins and name.startswith(plugins))
        )

    def recent(self, limit: int = 20) -> list[DemandRow]:
        """The newest demands first."""
        newest = select(DemandRow).order_by(DemandRow.opened_at.desc(), DemandRow.id.desc()).limit(limit)
        return list(self.session.scalars(newest))

    def subject(self, table: str, key: str) -> Subject:
        """Return the subject with this key. Raises Invalid for a table of no active plugin."""
        owner = self.annotations.owners.get(table)
        if owner is None:
            raise Invalid(f"no active plugin has a table {table[:80]!r}")
        return Subject(table, key, owner)

    def probe(self) -> str:
        """Return how many columns are covered, or raise DihyaError with what can be neither exported nor erased."""
        gaps = [gap.reason for gap in self._gaps()]
        gaps += [f"table {name} belongs to no active plugin" for name in self.residual()]
        if gaps:
            raise DihyaError("people's data lies out of reach: " + "; ".join(gaps), code="rgpd-coverage")
        return f"{len(list(self.annotations.places()))} columns about people are covered"

    def _plan(self, subjects: Sequence[Subject], *, keep_people: bool = False) -> Plan:
        return Plan(self.session, self.annotations, by_table(subjects), self._present(), keep_people=keep_people)

    def _ask(self, hook: str, subjects: Sequence[Subject], demand: Demand) -> list[tuple[str, Any]]:
        found: list[tuple[str, Any]] = []
        for subject in subjects:
            answers: list[tuple[str, Any]] = []
            try:
                with self.session.begin_nested():
                    answers = self.hooks.call(hook, subject=subject, demand=demand)
                    if any(isinstance(answer, Incomplete) for _, answer in answers) and not self._usable():
                        raise _Broken
            except _Broken:  # A plugin has broken the transaction, and what the others did in it is undone with it.
                undone = "undone by the failure of another plugin"
                answers = [(n, a if isinstance(a, Incomplete) else Incomplete(n, undone)) for n, a in answers]
            found += answers
        return found

    def _usable(self) -> bool:
        try:
            self.session.flush()
            self.session.execute(select(1))
        except SQLAlchemyError:
            return False
        return True

    def _gaps(self) -> list[Incomplete]:
        """What the annotations themselves leave open."""
        gaps = [Incomplete(self.annotations.owners[flaw.partition(":")[0]], flaw) for flaw in self.annotations.flaws]
        absent = [name for name in self.annotations.groups if name not in self._present()]
        return gaps + [
            Incomplete(self.annotations.owners[name], f"table {name} is not in the database; run the migrations")
            for name in absent
        ]

    def _present(self) -> set[str]:
        if self._names is None:
            self._names = set(inspect(self.session.connection()).get_table_names())
        return self._names

    def _open(self, kind: str, subjects: Sequence[Subject]) -> DemandRow:
        if not subjects:
            raise Invalid("no subject given; find the person first")
        digests = sorted({self._seal().digest(f"{subject.table}:{subject.key}") for subject in subjects})
        row = DemandRow(id=str(uuid.uuid4()), kind=kind, state="open", subjects=digests, result={})
        self.session.add(row)
        self.session.flush()
        return row

    def _close(self, row: DemandRow, outcome: Outcome, result: dict[str, Any]) -> None:
        row.state = "done" if outcome.complete else "incomplete"
        row.finished_at = datetime.now(UTC) if outcome.complete else None
        missing = sorted({part.plugin for part in outcome.failed})
        row.result = {**result, "missing": missing, "residual": list(outcome.residual)}
        if outcome.complete:
            self._finish_earlier(row)
        self.session.flush()
        if self._act:
            counts = {
                name: sum(getattr(e, name) for e in outcome.erasures) for name in ("removed", "anonymised", "retained")
            }
            facts = {**counts, "missing": len(missing), "state": row.state}
            self._act.record(f"rgpd.{row.kind}", object=f"rgpd_demands:{row.id}", **facts)

    def _finish_earlier(self, row: DemandRow) -> None:
        """Earlier demands of the same kind about the same people are done with this one."""
        waiting = select(DemandRow).where(
            DemandRow.kind == row.kind, DemandRow.state == "incomplete", DemandRow.id != row.id
        )
        for earlier in self.session.scalars(waiting):
            if set(earlier.subjects) <= set(row.subjects):
                earlier.state, earlier.finished_at = "done", row.finished_at


def by_table(subjects: Iterable[Subject]) -> dict[str, list[str]]:
    """Return the keys of *subjects* by table."""
    found: dict[str, list[str]] = {}
    for subject in subjects:
        found.setdefault(subject.table, []).append(subject.key)
    return found


def merged(erasures: Iterable[Erasure]) -> list[Erasure]:
    """Return *erasures* with one entry a source, basis and end."""
    found: dict[tuple[str, str, str], Erasure] = {}
    for new in erasures:
        place = (new.source, new.basis, new.until)
        old = found.get(place, Erasure(new.source, basis=new.basis, until=new.until))
        found[place] = Erasure(
            new.source, old.removed + new.removed, old.anonymised + new.anonymised, old.retained + new.retained,
            new.basis, new.until,
        )  # fmt: skip
    return list(found.values())
