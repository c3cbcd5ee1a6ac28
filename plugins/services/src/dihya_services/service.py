"""Generations: proposed, begun, looked at and removed by the people they belong to."""

from __future__ import annotations

import json
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING, Any

from dihya_hookspecs import Flaw, Invalid, NotFound, Refused
from dihya_hookspecs.access import Access, Actor
from dihya_hookspecs.acts import Act
from dihya_hookspecs.app import Plugins
from dihya_hookspecs.data import Found, Query, Records
from dihya_hookspecs.generation import Needs, Proposal, Templates
from dihya_hookspecs.i18n import gettext as _
from dihya_hookspecs.ops import Tasks
from dihya_hookspecs.storage import Blobs
from dihya_hookspecs.trying import Trials
from sqlalchemy import delete, exists, select
from sqlalchemy.orm import Session

from . import ending, ideas
from .models import CANCELLED, Generation, Progress, Revision
from .needs import as_json, needs_of, proposal_of, put_needs, without_words
from .progress import Journal, tell
from .settings import Settings

if TYPE_CHECKING:
    from .proposals import Proposals

_NEWEST = Query()
OFFERED = 4
"""Templates that are named where a person has to choose."""
STRUCTURE = ".dihya/structure.json"
DRAFTS = 5
"""Proposals that a person can still come back to; older ones go."""


class GenerationRecords(Records[Generation]):
    """The table of generations."""

    model = Generation
    search = ("name", "title", "template")


class Generations:
    """What one actor may do with generations; others' are not there for them, unless they oversee.

    Services that only some acts need are asked of *act* when they are needed: reading works without a queue or models.
    """

    def __init__(self, session: Session, act: Act, access: Access, settings: Settings) -> None:
        self.session, self.act, self.access, self.settings = session, act, access, settings
        self.journal = Journal(session)
        self.records = GenerationRecords(session)

    @classmethod
    def from_container(cls, svcs_container: Any) -> Generations:
        """Build the service inside an act."""
        return cls(*(svcs_container.get(each) for each in (Session, Act, Access, Settings)))

    def _demand_actor(self) -> Actor:
        if self.act.actor is None:
            raise Refused(_("sign in first"), status=401)
        return self.act.actor

    actor = property(_demand_actor, doc="Who acts. Raises Refused (401) when nobody is signed in.")

    @property
    def _proposals(self) -> Proposals:
        from .proposals import Proposals  # what reads ideas; no start needs it

        return self.act.get(Proposals)

    def propose(self, idea: str, language: str, template: str = "") -> tuple[Generation, Proposal]:
        """Keep a draft with what Dihya would build for *idea*, and return both. Raises Invalid, NotFound."""
        person = self.actor.id
        self.act.keep()  # ends what was only read: no transaction stays open while models are asked
        proposal = self._proposals.propose(idea, language, template=template, person=person)
        self._drop_old_drafts()
        needs = Needs(ideas.clean(idea, self.settings.idea_characters), proposal.template, proposal.name, proposal.options,
                      language, proposal.entities, proposal.proposer, proposal.title)  # fmt: skip
        return self._add(needs, proposal, "draft"), proposal

    def drafted(self, structure: Mapping[str, Any], name: str = "", **grows: str) -> Generation:
        """Keep a draft of a structure that somebody wrote; ``changes`` and ``since`` as in ``Needs``. Raises Invalid."""
        if not structure:
            raise Invalid(_("the structure is empty: there are no tables in it"), code="structure")
        needs = self.act.get(Templates).complete(Needs("", "", name, structure=structure, **grows))
        self._drop_old_drafts()
        said, by = _("this structure was written by hand"), "person"
        return self._add(needs, Proposal(needs.template, 1.0, by, by, "", said, {}, needs.name, needs.title), "draft")

    def structure(self, generation: Generation) -> Mapping[str, Any]:
        """Return the document of what is proposed or was built. Raises NotFound while no template is chosen."""
        if generation.files and STRUCTURE in (files := self.files(generation)):
            return json.loads(files[STRUCTURE])
        needs = needs_of(generation)
        if not needs.template and not needs.structure:
            raise NotFound(_("no template is chosen yet, so there is no structure"))
        return self.act.get(Templates).structure(needs)

    def begin(
        self,
        draft: Generation,
        *,
        template: str = "",
        name: str = "",
        title: str = "",
        options: Mapping[str, Any] | None = None,
        language: str = "",
        entities: Sequence[Mapping[str, Any]] | None = None,
        structure: Mapping[str, Any] | None = None,
    ) -> Generation:
        """Queue a draft, changed by what a person decided. Raises Invalid for what cannot be built, or when begun before.

        Where there is a structure, it is built as it stands: template, options and entities are not read.
        """
        if draft.status != "draft" or draft.task:
            raise Invalid(_("this generation was begun already; start a new one"), code="begun", status=409)
        needs = needs_of(draft)
        if structure is not None:
            needs = replace(needs, structure=structure, title="")
        chosen = needs.template if needs.structure else template or needs.template
        if not chosen and not needs.structure:
            raise self.nothing_fits(str(draft.proposal.get("reason", "")), draft.proposal.get("alternatives", ()))
        if chosen != needs.template:  # what was proposed for another template says nothing about this one
            suggested = str(self.act.get(Templates).get(chosen).data.get("suggested_name", chosen))
            needs = replace(needs, template=chosen, name=self._proposals.free_name(suggested), options={}, entities=(),
                            proposer="person", title="")  # fmt: skip
            draft.proposer, draft.model, draft.tier, draft.confidence = "person", "", "person", 1.0
        decided: dict[str, Any] = {"name": name, "title": title, "language": language}
        if structure is not None and not name:
            needs = replace(needs, name="")
        needs = replace(needs, **{key: value for key, value in decided.items() if value})
        needs = replace(
            needs,
            options={**needs.options, **(options or {})},
            entities=needs.entities if entities is None else tuple(entities),
        )
        put_needs(draft, self.act.get(Templates).complete(needs))
        draft.task = self.act.get(Tasks).enqueue("services.generate", {"id": str(draft.id)}, key=str(draft.id))
        self.journal.say(draft.id, "plan", "running")
        self.act.record(
            "services.begun",
            object=f"services_generations:{draft.id}",
            template=draft.template,
            proposer=draft.proposer,
        )
        return draft

    def get(self, id: uuid.UUID | str) -> Generation:
        """Return a generation. Raises NotFound when there is none, or none that this actor may know of."""
        self._demand_actor()
        try:
            found = self.records.get(id)
        except NotFound:
            raise NotFound(_("no such generation")) from None
        return found

    def own(self, id: uuid.UUID | str) -> Generation:
        """Return a generation that this actor may change. Raises NotFound, and Refused for somebody else's."""
        found = self.get(id)
        self.records.permitted("change", found)
        return found

    def find(self, query: Query = _NEWEST) -> Found[Generation]:
        """Return a page of generations: one's own, or everybody's for who oversees."""
        self._demand_actor()
        return self.records.find(query, total=True)

    def running(self, limit: int) -> Sequence[Generation]:
        """Return what is being built for the actor, the newest first."""
        me = self.actor.id
        begun = Generation.task != "", Generation.finished_at.is_(None)
        newest = select(Generation).where(Generation.person_id == me, *begun)
        return self.session.scalars(newest.order_by(Generation.created_at.desc()).limit(limit)).all()

    def idea(self, generation: Generation) -> str | None:
        """Return the words of the idea to who may change the generation; None to everybody else."""
        write = self.access.actions(Generation)[1]
        return generation.idea if self.access.reaches(self.act.actor, write, generation) else None

    def proposal(self, draft: Generation) -> Proposal:
        """Return what was proposed; only who may read the idea finds words of it there."""
        found = proposal_of(draft)
        return found if self.idea(draft) is not None else without_words(found)

    def progress(self, generation: Generation, after: int = 0) -> Sequence[Progress]:
        """The lines that people read, after line number *after*."""
        return ending.spoken(generation, self.journal.after(generation.id, after))

    def files(self, generation: Generation) -> dict[str, str]:
        """Return the generated files, path → text. Raises NotFound before they are written."""
        if not generation.files:
            raise NotFound(_("this generation has no files"))
        return json.loads(self.act.get(Blobs).read(generation.files))

    def archive(self, generation: Generation) -> bytes:
        """Return the ZIP. Raises Invalid (409) unless the plugin was proven: nothing else is offered."""
        if ending.outcome(generation) != "ready" or not generation.archive:
            raise Invalid(
                _("this plugin is not proven; only what passed its proof is offered"), code="not-proven", status=409
            )
        return self.act.get(Blobs).read(generation.archive)

    def log(self, generation: Generation) -> str:
        """Return what the proof printed. Raises NotFound when nothing was run."""
        if not generation.log:
            raise NotFound(_("this generation has no log"))
        return self.act.get(Blobs).read(generation.log).decode("utf-8", "replace")

    def cancel(self, generation: Generation) -> None:
        """End a running generation; its task stops before its next step. Raises Invalid (409) when it has ended."""
        if generation.finished_at is not None or not generation.task:
            raise Invalid(_("this generation is not running"), code="ended", status=409)
        self.act.get(Tasks).cancel(generation.task)
        ending.fail(self.act, generation, "announce", "stopped", CANCELLED)
        ending.announce(self.act, generation)

    def put(self, generation: Generation, status: str) -> None:
        """Put a generation into the archive (``archived``), or back to how it ended.

        Raises Invalid (409) for one that has not ended, and for a status that is not how it ended.
        """
        if generation.finished_at is None:
            raise Invalid(
                _("this generation has not ended; archive it when it is ready or has failed"),
                code="running",
                status=409,
            )
        ended = ending.outcome(generation)
        if status not in ("archived", ended):
            text = _("this generation ended as %(ended)s, not as %(status)s", ended=ended, status=status)
            raise Invalid(text, code="status", status=409, flaws=[Flaw("/status", text)])
        generation.status = status

    def remove(self, generation: Generation) -> None:
        """Remove a generation with its files, its archive and its log; a running one stops before its next step."""
        if generation.task and generation.finished_at is None:
            self.cancel(generation)
        forget_blobs(self.act, generation)
        self._end_trials(generation)
        self.session.query(Progress).filter(Progress.generation_id == generation.id).delete()
        self.session.delete(generation)
        self.session.flush()
        tell(generation.id)

    def _end_trials(self, generation: Generation) -> None:
        if self.act.get(Plugins).provides(Trials):
            for trial in self.act.get(Trials).all():
                if trial.of == str(generation.id):
                    self.act.get(Trials).end(trial.token)

    def _add(self, needs: Needs, proposal: Proposal, status: str) -> Generation:
        generation = Generation(
            person_id=self.actor.id, idea=needs.idea, proposal=as_json(proposal), proposer=proposal.proposer, model=proposal.model,
            tier=proposal.tier, confidence=proposal.confidence, status=status, task="",
        )  # fmt: skip
        put_needs(generation, needs)
        self.session.add(generation)
        self.session.flush()
        return generation

    def _drop_old_drafts(self) -> None:
        edited = exists().where(Revision.generation_id == Generation.id)  # what was worked on does not go by itself
        drafts = Generation.person_id == self.actor.id, Generation.status == "draft", Generation.task == "", ~edited
        wanted = select(Generation.id).where(*drafts).order_by(Generation.created_at.desc()).offset(DRAFTS - 1)
        if old := self.session.scalars(wanted).all():  # by a statement: what a second proposal removed is gone already
            self.session.execute(delete(Generation).where(Generation.id.in_(old), *drafts))

    def nothing_fits(self, question: str = "", alternatives: Sequence[tuple[str, float]] = ()) -> Invalid:
        """The refusal for an idea that leaves a doubt: the question that was asked back, and the likeliest templates."""
        names = [name for name, _share in alternatives] or [each.name for each in self.act.get(Templates).all()]
        said = ", ".join(names[:OFFERED]) + (", …" if len(names) > OFFERED else "")
        asked = question or _("no template is chosen")
        return Invalid(_("%(question)s; choose one of %(names)s", question=asked, names=said), code="no-template")


def blob_purpose(generation: Generation) -> str:
    """Blobs are held by one generation each: two with the same files do not take them from each other."""
    return f"generation:{generation.id}"


def forget_blobs(act: Act, generation: Generation) -> int:
    """Let go of the files, archive and log of a generation; return how many there were."""
    held = [digest for digest in (generation.files, generation.archive, generation.log) if digest]
    for digest in held:
        act.get(Blobs).remove(digest, owner=generation.person_id, purpose=blob_purpose(generation))
    return len(held)


def moment(value: datetime | None) -> str | None:
    """A stored time as ISO 8601 in UTC."""
    return value.isoformat(timespec="milliseconds").replace("+00:00", "Z") if value else None
