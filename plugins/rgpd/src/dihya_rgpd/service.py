"""Export and erasure of one person across all plugins, from what their columns declare."""

from __future__ import annotations

import io
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict
from datetime import date
from functools import partial
from pathlib import Path
from typing import Any, BinaryIO

from dihya_hookspecs import DihyaError, Incomplete, Invalid, NotFound
from dihya_hookspecs.acts import Act, get
from dihya_hookspecs.app import AppInfo, Hooks, PluginInfo, Plugins
from dihya_hookspecs.data import Model
from dihya_hookspecs.keys import Keys
from dihya_hookspecs.rgpd import Demand, Disclosure, Erasure, People, Subject
from sqlalchemy import Table
from sqlalchemy.orm import Session

from . import asking
from .annotations import Annotations
from .archive import work_folder
from .consents import end
from .erasing import OWN, carry_out, summary
from .expiring import Expiring, ExpiryPlan, expiring
from .exporting import Export
from .finding import Found, Search
from .holding import Holds, Kept, Restrictions
from .informing import gathered
from .models import DemandRow, Hold, now
from .outcome import Outcome, Place, by_table, merged
from .planning import ErasurePlan, Fate, Key, fates_of, obliged, rows_about
from .reach import Reach, counted
from .receipts import Receipts
from .restricting import Restricted
from .retaining import Marks, every, identifiers, told_of
from .settings import Settings
from .signing import Seal
from .spelling import Sought
from .tombstones import Tombstone, Tombstones


class DataSubjects(People):
    """Carries out the demands of people."""

    def __init__(
        self, session: Session, annotations: Annotations, hooks: Hooks, data: Path, settings: Settings,
        plugins: Sequence[PluginInfo], act: Act | None = None,
    ) -> None:  # fmt: skip
        self.session, self.annotations, self.settings = session, annotations, settings
        self._data, self._act = data, act
        self._plugins, self._hooks = asking.Plugins(session, hooks), hooks
        self._versions = {plugin.name: plugin.version for plugin in plugins if plugin.state == "active"}
        self.reach = Reach(session, annotations, plugins)
        self.holds, self.restrictions = Holds(session, act), Restrictions(session, act)
        self.receipts = Receipts(session, lambda text: self._seal().digest(text), act)
        self.marks = Marks(session, annotations, lambda text: self._seal().digest(text))

    @classmethod
    def from_container(cls, svcs_container: Any) -> DataSubjects:
        """Build the desk inside an act."""
        get = svcs_container.get
        session = get(Session)  # first: it makes the tables of all plugins known
        info, installed = get(AppInfo), get(Plugins).all()
        active = [plugin.name for plugin in info.plugins]
        annotations = Annotations(Model.metadata.tables.values(), active)
        plugins = [*info.plugins, *(plugin for plugin in installed if plugin.name not in active)]
        return cls(session, annotations, get(Hooks), info.data, get(Settings), plugins, get(Act))

    def find(self, identifier: str) -> list[Subject]:
        """Subjects known by this e-mail address, phone number, name or number, in any spelling."""
        return self.look_up(identifier).subjects

    def look_up(self, identifier: str) -> Found:
        """Return who is known, who may be meant, and what could not be searched."""
        sought = Sought(identifier.strip(), self.settings.country)
        if not sought.text:
            raise Invalid("nothing to look for; give an e-mail address, a phone number, a name or another identifier")
        search = Search(self.session, self.annotations, self.reach.present(), sought)
        known = [*search.identified(), *self.marks.known_by(sought)]
        found = {(subject.table, subject.key): subject for subject in known}
        failed = []
        for _, answer in self._hooks.call("find_subject", identifier=sought.text):
            if isinstance(answer, Incomplete):
                failed.append(answer)
            else:
                found.setdefault((answer.table, answer.key), answer)
        named, near = search.named()
        by_name = not found
        for subject in named if by_name else ():
            found.setdefault((subject.table, subject.key), subject)
        subjects = sorted(found.values(), key=lambda subject: (subject.table, subject.key))
        return Found(subjects, [one for one in near if one not in subjects], by_name, failed, self.reach.residual())

    def known(self, identifier: str) -> list[Subject]:
        """Return whom a demand is about. Raises NotFound, and Invalid (409) where several people may be meant."""
        found = self.look_up(identifier)
        if found.subjects and not (found.by_name and len(found.subjects) > 1):
            return found.subjects
        several = found.subjects or found.candidates
        if several:
            names = ", ".join(f"{one.table}:{one.key}" for one in several[:10])
            raise Invalid(
                f"{len(several)} may be meant by this name; name one of them: {names}",
                code="several-people",
                status=409,
            )
        beyond = "".join(f"; {one.reason}" for one in found.beyond)
        raise NotFound(f"nobody is known by this identifier{beyond}")

    def export(self, subjects: list[Subject]) -> bytes:
        """A signed ZIP with all that is held about them."""
        target = io.BytesIO()
        self.disclose(subjects, target)
        return target.getvalue()

    def disclose(self, subjects: Sequence[Subject], target: BinaryIO, portable: bool = False) -> Outcome:
        """Write the signed ZIP with all that is held about them, or all that is *portable*; say which parts are missing.

        However many rows there are, they are never all in memory.
        """
        row = self.receipts.open("portable" if portable else "export", subjects)
        answers = self._plugins.export(self._demands(row, subjects))
        disclosures = [(plugin, answer) for plugin, answer in answers if isinstance(answer, Disclosure)]
        failed = [answer for _, answer in answers if isinstance(answer, Incomplete)] + self.reach.gaps()
        failed += [Incomplete(plugin, gap) for plugin, disclosure in disclosures for gap in disclosure.gaps]
        outcome = Outcome(row.id, (), tuple(failed), tuple(self._beyond(subjects, self._every_row(subjects))))
        export = Export(
            row.id, subjects, self.annotations, partial(self._rows_of, subjects), disclosures, failed, outcome.residual,
            self._versions, work_folder(self._data), gathered(self.settings), portable,
        )  # fmt: skip
        export.write(target, self._seal())
        self.receipts.close(row, outcome, {"tables": export.counts})
        return outcome

    def erase(self, subjects: list[Subject]) -> list[Erasure]:
        """Erase; answers what was removed, anonymised and retained, table by table."""
        return list(self.fulfil(subjects).erasures)

    def fulfil(self, subjects: Sequence[Subject], stone: Tombstone | None = None) -> Outcome:
        """Erase, and say what is missing.

        When a plugin fails, the people's own rows stay, so that they can be found again and the demand be finished.

        Args:
            stone: the erasure that is repeated, because a restored database knows nothing of it.
        """
        row = self.receipts.open("erase", subjects, stone.demand if stone else "")
        if held := self.holds.on(subjects):
            return self._held_back(row, subjects, held)
        answers, refused = self._plugins.erase(self._demands(row, subjects))
        erasures = [answer for _, answer in answers if isinstance(answer, Erasure)]
        failed = [answer for _, answer in answers if isinstance(answer, Incomplete)]
        refusals = [Incomplete(name, a.reason) for name, a in answers if isinstance(a, Erasure) and a.refused]
        self.session.flush()
        left = [subject for subject in subjects if subject not in refused]
        end(left)
        plan = self._plan(left, keep_people=bool(failed))
        beyond = self._beyond(left, every(plan.fates))
        done, stuck = carry_out(self.session, self.annotations, plan)
        self._mark(left, plan.fates)
        failed += [*refusals, *stuck, *self.reach.gaps()]
        outcome = Outcome(row.id, tuple(merged([*erasures, *done])), tuple(failed), tuple(beyond))
        self.receipts.finish(row, outcome, self.reach.present(), {"replayed": True} if stone else {})
        if left and stone is None:
            Tombstones(self._data, self._seal()).begin(Tombstone(row.id, now().isoformat(), tuple(left)))
        return outcome

    def foresee(self, subjects: Sequence[Subject]) -> list[Erasure]:
        """Say what erasing would remove, anonymise and retain in annotated tables; nothing is changed."""
        if self.holds.on(subjects):
            return self._retained(subjects)
        plan = self._plan(subjects)
        return [summary(self.annotations.table(name), fates) for name, fates in sorted(plan.fates.items())]

    def expiring(self, until: date) -> list[Expiring]:
        """Return what has been kept for long enough by *until*; nothing is changed."""
        return expiring(self.session, self.annotations, self.reach.present() - set(OWN), until, self._held_rows())

    def expire(self, today: date, limit: int = 5000) -> tuple[list[Erasure], bool]:
        """Remove or empty what has been kept for long enough; return what was done, and whether there may be more."""
        present = self.reach.present() - set(OWN)
        plan = ExpiryPlan(self.session, self.annotations, present, today, self._held_rows(), limit)
        full = any(len(found) >= limit for found in plan.fates.values())
        done, stuck = carry_out(self.session, self.annotations, plan)
        done = [one for one in done if one.removed or one.anonymised]
        self._let_go()
        if done or stuck:
            row = self.receipts.open("expire", ())
            self.receipts.finish(row, Outcome(row.id, tuple(done), tuple(stuck)), self.reach.present())
        return done, full and bool(done)

    def places(self, subjects: Sequence[Subject] = ()) -> list[Place]:
        """Where data about people lies; with *subjects*, only where there are rows about them, and how many."""
        found = counted(self._rows_about(subjects)) if subjects else {}
        return [
            Place(
                self.annotations.owners[table.name], table.name, column.name, declared.category, declared.subject,
                str(declared.purpose), declared.basis, declared.retention, declared.secret,
                found.get((table.name, column.key), 0),
            )
            for table, column, declared in self.annotations.places()
            if not subjects or found.get((table.name, column.key))
        ]  # fmt: skip

    def subject(self, table: str, key: str) -> Subject:
        """Return the subject with this key. Raises Invalid for a table of no active plugin."""
        owner = self.annotations.owners.get(table)
        if owner is None:
            raise Invalid(f"no active plugin has a table {table[:80]!r}")
        return Subject(table, key, owner)

    def hold(self, subjects: Sequence[Subject], reason: str) -> int:
        """Keep everything about *subjects* where it is, until it is released."""
        return len(self.holds.place(subjects, reason))

    def release(self, subjects: Sequence[Subject]) -> int:
        """Release the holds on *subjects*. Raises NotFound when there is none."""
        return self.holds.release(subjects)

    def restrict(self, subjects: Sequence[Subject], reason: str) -> int:
        """Keep the data about *subjects*, and show it to nobody but whoever may restrict, until it is lifted."""
        get(Restricted).forget()
        return len(self.restrictions.place(subjects, reason))

    def lift(self, subjects: Sequence[Subject]) -> int:
        """Lift the restrictions on *subjects*. Raises NotFound when there is none."""
        get(Restricted).forget()
        return self.restrictions.release(subjects)

    def probe(self) -> str:
        """Return how many columns are covered, or raise DihyaError with what can be neither exported nor erased."""
        gaps = [gap.reason for gap in self.reach.gaps()] + [one.reason for one in self.reach.residual()]
        if gaps:
            raise DihyaError("people's data lies out of reach: " + "; ".join(gaps), code="rgpd-coverage")
        return f"{len(list(self.annotations.places()))} columns about people are covered"

    def _seal(self) -> Seal:
        return Seal(get(Keys))

    def _rows_about(self, subjects: Sequence[Subject]) -> dict[str, dict[Key, Fate]]:
        return rows_about(self.session, self.annotations, by_table(subjects), self.reach.present())

    def _plan(self, subjects: Sequence[Subject], *, keep_people: bool = False) -> ErasurePlan:
        return ErasurePlan(
            self.session, self.annotations, by_table(subjects), self.reach.present(), keep_people=keep_people, leave=OWN
        )

    def _rows_of(self, subjects: Sequence[Subject], table: Table) -> Iterator[Fate]:
        """The rows of one table about *subjects*, one after the other."""
        if table.name not in self.reach.present():
            return iter(())
        return fates_of(self.session, table, self.annotations.groups.get(table.name, ()), by_table(subjects))

    def _every_row(self, subjects: Sequence[Subject]) -> Iterator[Fate]:
        return (fate for table in self.annotations.tables for fate in self._rows_of(subjects, table))

    def _beyond(self, subjects: Sequence[Subject], rows: Iterable[Fate]) -> list[Any]:
        if not self.reach.residual():
            return []
        texts = identifiers(rows, self.settings.country)
        sought = [Sought(text.partition(":")[2], self.settings.country) for text in texts]
        return self.reach.residual_about(sought, [subject.key for subject in subjects])

    def _mark(self, subjects: Sequence[Subject], fates: Mapping[str, Mapping[Key, Fate]]) -> None:
        """Leave marks of who has retained rows, or drop those of whom nothing is retained any more."""
        if obliged(fates):
            self.marks.leave(subjects, identifiers(every(fates), self.settings.country))
        else:
            self.marks.drop(subjects)

    def _let_go(self) -> None:
        """Drop the marks, and the emptied rows, of everybody whose last retained row is gone."""
        for subject in self.marks.all():
            plan = self._plan([subject])
            if not obliged(plan.fates) and not self.holds.on([subject]):
                carry_out(self.session, self.annotations, plan)
                self.marks.drop([subject])

    def _held_rows(self) -> dict[str, dict[Key, Fate]]:
        return self._rows_about(Kept(self.session).people())

    def _retained(self, subjects: Sequence[Subject]) -> list[Erasure]:
        rows = self._rows_about(subjects)
        return [Erasure(name, retained=len(found), basis="legal_hold") for name, found in sorted(rows.items())]

    def _held_back(self, row: DemandRow, subjects: Sequence[Subject], held: Sequence[Hold]) -> Outcome:
        reasons = tuple(dict.fromkeys(hold.reason for hold in held))
        outcome = Outcome(row.id, tuple(self._retained(subjects)), held=reasons)
        self.receipts.close(row, outcome, {"erasures": [asdict(one) for one in outcome.erasures]})
        return outcome

    def _demands(self, row: DemandRow, subjects: Sequence[Subject]) -> dict[Subject, Demand]:
        """Return what the other plugins are asked, with the words that each subject may be found by."""
        words = {one: told_of(one, self._every_row([one])) for one in subjects}
        return {one: Demand(row.id, "erase" if row.kind == "erase" else "export", words[one]) for one in subjects}
