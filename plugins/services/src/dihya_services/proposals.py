"""What Dihya would build for an idea: a template, its options, a name, and who says so."""

from __future__ import annotations

import hashlib
import time
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from dihya_hookspecs import Invalid, Refused
from dihya_hookspecs.acts import get
from dihya_hookspecs.ai import AIRequest, Assistant, Attempt, Label
from dihya_hookspecs.app import AppInfo, Plugins
from dihya_hookspecs.generation import Block, Needs, Proposal, Template, Templates, WordUse
from dihya_hookspecs.i18n import Text
from dihya_hookspecs.i18n import gettext as _

from . import choice, ideas, structure, views
from .accounts import account, background, unknown
from .combining import beside, joined, present, switches, without
from .field_words import field_words
from .fitting import Fitting
from .foreign import foreign
from .keeping import made_once
from .reading import Reading, Vocabulary
from .settings import Settings
from .spelling import Spelling
from .things import Dictionary, Things, apart_from
from .understanding import understand

PRUNINGS = 40
SPOKEN = 4
"""Templates for which a sentence speaks, of which a model of this machine is told."""
PREPARING = 180.0  # seconds; a slow machine reads all examples in a minute


def prepare() -> str:
    """Ask the chain once for each set of templates and models, so that a model has read the examples; say what came of it.

    A note in the data folder keeps the second set-up from asking again.
    """
    proposals = get(Proposals)
    labels, cards = proposals.familiar(), proposals.assistant.cards()
    mark = hashlib.sha256(repr((labels, cards)).encode()).hexdigest()
    note = get(AppInfo).data / "services" / "template-choice"
    if note.exists() and note.read_text("ascii") == mark:
        return _("%(count)s templates are known already", count=len(labels))
    idea = labels[0].examples[0] if labels and labels[0].examples else "test"
    answer, _attempts = proposals.assistant.ask(
        AIRequest("template-choice", "classify", idea, labels=labels, deadline=PREPARING, residency="local")
    )
    if answer.tier != "deterministic":  # a model that comes later will want to read them
        note.parent.mkdir(parents=True, exist_ok=True)
        note.write_text(mark, "ascii")
    return _("%(count)s templates, told apart by %(model)s", count=len(labels), model=answer.model)


class Proposals:
    """Asks the AI chain for a template, and a configured provider for what goes beyond it.

    The idea is data on its whole way: a model answers with one of the names it was given, or with values that are
    checked against a schema. Whatever the idea tells a model to do, nothing else can come out.
    """

    def __init__(self, settings: Settings, templates: Templates, assistant: Assistant, plugins: Plugins) -> None:
        self.settings, self.templates, self.assistant, self.plugins = settings, templates, assistant, plugins

    @classmethod
    def from_container(cls, svcs_container: Any) -> Proposals:
        """Build the service inside an act."""
        return cls(*(svcs_container.get(each) for each in (Settings, Templates, Assistant, Plugins)))

    def propose(self, idea: str, language: str, *, template: str = "", person: str | None = None) -> Proposal:
        """Return a proposal; its ``template`` is empty when Dihya asks back. Raises Invalid for an idea that is none.

        Args:
            template: the name of a template that a person chose; then nobody is asked which one fits.
            person: whose quota is counted.
        """
        idea, end = ideas.clean(idea, self.settings.idea_characters), time.monotonic() + self.settings.deadline
        found = self._chosen(self.templates.get(template)) if template else self._asked(idea, person)
        return self._filled(found, idea, language, person, end) if found.template else self._heard(found, idea)

    def free_name(self, wanted: str) -> str:
        """Return *wanted*, with a number behind it when something in the application bears that name."""
        taken = self.plugins.taken()
        names = (wanted, *(f"{wanted[:28]}_{number}" for number in range(2, 100)))
        return next((name for name in names if name not in taken), wanted)

    def familiar(self) -> tuple[Label, ...]:
        """Return the templates whose examples a model has read since the set-up: those that are written out."""
        return tuple(_label(each) for each in self.templates.all() if not each.data.get("composed"))

    def labels(self, reading: Reading) -> tuple[Label, ...]:
        """Return the templates that the chain is asked to tell apart.

        A provider is told all. A model of this machine takes about a second for each example that it has not read: it is told
        those for which the sentence speaks, and the familiar ones beside them.
        """
        every = self.templates.all()
        if any(card.tier == "provider" and "classify" in card.capabilities for card in self.assistant.cards()):
            return tuple(map(_label, every))
        spoken = sorted(reading.scores, key=lambda name: -reading.scores[name])[:SPOKEN]
        return tuple(_label(each) for each in every if each.name in spoken or not each.data.get("composed"))

    def _chosen(self, template: Template) -> Proposal:
        reason = _("this template was chosen by hand")
        return Proposal(template.name, 1.0, "person", "person", "", reason, {}, "", "")

    def _asked(self, idea: str, person: str | None) -> Proposal:
        """Let the chain and the sentence's own words choose; where they leave a doubt, ask back."""
        read, _written = self.spelling().corrected(idea)
        reading = self.reading(read)
        request = AIRequest(
            "template-choice", "classify", idea, person=person, labels=self.labels(reading),
            deadline=self.settings.deadline, threshold=self.settings.threshold,
        )  # fmt: skip
        response, attempts = self.assistant.ask(request)
        named = [thing.block.name for thing in self.things(read).named]
        fits = made_once(Fitting, self.templates.all()).of(named)
        found = choice.choose(reading, response, self.templates.all(), self.templates.sectors(), fits)
        return Proposal(
            template=found.template, confidence=found.confidence, tier=response.tier, proposer=response.provider,
            model=response.model, reason=found.reason, options={}, name="", title="", alternatives=found.alternatives,
            attempts=tuple(attempts),
        )  # fmt: skip

    def reading(self, idea: str) -> Reading:
        """Return what the words of *idea* speak for."""
        return made_once(Vocabulary, [*self.templates.all(), *self.templates.sectors()]).read(idea)

    def _filled(self, found: Proposal, idea: str, language: str, person: str | None, end: float) -> Proposal:
        """Add options, name, title, and what a configured provider has to add until *end*."""
        template = self.templates.get(found.template)
        read, written = self.spelling().corrected(idea)
        called = self._called(read, template)
        usual = [str(entity.get("block", entity["name"])) for entity in template.entities]
        things = apart_from(self.things(read, template), called[0], usual)
        options = {**ideas.named_options(idea, template.options), **switches(template, things)}
        name = self.free_name(str(template.data.get("suggested_name", template.name)))
        needs = Needs(idea, template.name, name, options, language)
        extra, attempts, notices = self._structure(template, idea, person, end)
        needs = replace(needs, options={**extra.options, **options}, title=extra.title)
        named = self.templates.additions([each.block.name for each in things.named], template.name, needs.options)
        understood = understand(things, [*present(template, needs.options), *named], _text, template.roles, *called)
        if template.data.get("only_named") and understood.added and not things.named:
            needs = replace(needs, options=dict.fromkeys(template.options.get("properties", {}), False))
            understood = understand(things, named, _text, (), *called)
        more = joined(named, understood.entities())
        needs, dropped = self._pruned(replace(needs, entities=tuple(beside(more, extra.entities))))
        uses = self._account(things, understood.uses, template, written)
        alternatives = found.alternatives or tuple(
            (each.name, 0.0) for each in self.templates.all() if each.name != template.name
        )
        return replace(
            found, uncovered=unknown(uses), words=tuple(uses), **_told(things), options=dict(needs.options), name=needs.name, title=needs.title, entities=tuple(needs.entities),
            alternatives=alternatives, notices=(*filter(None, [foreign(things.sentence)]), *notices, *dropped), attempts=(*found.attempts, *attempts),
        )  # fmt: skip

    def _heard(self, found: Proposal, idea: str) -> Proposal:
        """Say what became of each word, where Dihya asks back and nothing would be built yet."""
        read, written = self.spelling().corrected(idea)
        things = self.things(read)
        uses = self._account(things, understand(things, (), _text, (), *self._called(read)).uses, None, written)
        return replace(found, words=tuple(uses), reason=foreign(things.sentence) or found.reason)

    def _account(
        self,
        things: Things,
        uses: Mapping[int, tuple[int, WordUse]],
        template: Template | None,
        written: Mapping[str, str],
    ) -> list[WordUse]:
        titles = {each.name: _text(each.title) for each in (*self.templates.all(), *self.templates.sectors())}
        reading = self.reading(" ".join(token.text for token in things.sentence.tokens))
        known = background(reading, titles, template, _text)
        return account(things.sentence, uses, known, written, self._offers)

    def _offers(self, word: str) -> list[str]:
        """Return what is called nearly like a word, in the reader's language."""
        return list(dict.fromkeys(map(_text, self.spelling().offers(word))))

    def _called(self, idea: str, template: Template | None = None) -> tuple[Sequence[str], str]:
        """Return the words with which a sentence names the business, and the title of its trade; none where another was chosen."""
        business = self.reading(idea).business
        if business is None or (template is not None and template.name != business.trade):
            return (), ""
        return business.words, _text(self.templates.get(business.trade).title)

    def spelling(self) -> Spelling:
        """Return what knows the words of all blocks and trades."""
        return made_once(_spelling, [*self.templates.all(), *self.templates.blocks()])

    def things(self, idea: str, template: Template | None = None) -> Things:
        """Return which business things *idea* names; of what is doubtful, those of the template's trade are meant."""
        entities = template.entities if template else ()
        favoured = {str(entity.get("block", entity["name"])) for entity in entities}
        return made_once(Dictionary, self.templates.blocks()).read(idea, favoured)

    def _structure(
        self, template: Template, idea: str, person: str | None, end: float
    ) -> tuple[structure.Extra, Sequence[Attempt], Sequence[str]]:
        """Ask for entities and fields, where a provider is configured that can say them."""
        if not any(card.tier == "provider" and "structure" in card.capabilities for card in self.assistant.cards()):
            return structure.Extra(), (), ()
        left = end - time.monotonic()
        if left <= 0:
            return structure.Extra(), (), (_("no fields were proposed: no time was left to ask for them"),)
        request = AIRequest(
            "template-structure", "structure", idea, person=person, instructions=structure.INSTRUCTIONS,
            schema=structure.schema(template), deadline=left,
        )  # fmt: skip
        try:
            response, attempts = self.assistant.ask(request)
        except Refused as error:
            return structure.Extra(), (), (_("no fields were proposed: %(reason)s", reason=error.message),)
        extra, notices = structure.read(response.data, template)
        return extra, attempts, notices

    def _pruned(self, needs: Needs) -> tuple[Needs, list[str]]:
        """Complete *needs*, dropping one by one the parts of a model's answer that do not fit, and say which."""
        notices: list[str] = []
        for _round in range(PRUNINGS):
            try:
                return self.templates.complete(needs), notices
            except Invalid as error:
                flaw = next((flaw for flaw in error.flaws if without(needs, flaw) is not None), None)
                smaller = without(needs, flaw) if flaw else None
                if flaw is None or smaller is None:
                    raise
                needs = smaller
                notices.append(
                    _("dropped, since it does not fit: %(where)s: %(why)s", where=flaw.pointer, why=flaw.detail)
                )
        return self.templates.complete(replace(needs, options={}, entities=())), notices


def _label(template: Template) -> Label:
    """Return a template as the chain is asked to tell it apart; of a composed one, an example in each language."""
    examples = tuple(template.examples)
    return Label(
        template.name, (examples[0], examples[-1]) if template.data.get("composed") else examples, tuple(template.words)
    )


def _spelling(parts: Iterable[Template | Block]) -> Spelling:
    fields = ((text, Text(**label)) for text, label in field_words().texts)
    return Spelling([*((text, part.title) for part in parts for text in part.words), *fields])


def _told(things: Things) -> dict[str, Any]:
    """Return what a proposal says of the things of a sentence, in the reader's language."""
    return {
        "named": tuple((each.text, _say(each.block)) for each in things.named),
        "left_out": tuple((each.text, _say(each.block)) for each in things.left_out),
        "doubtful": tuple((text, tuple(map(_say, blocks))) for text, blocks in things.doubtful),
    }


def _say(block: Block) -> str:
    return _text(block.title)


def _text(said: Any) -> str:
    """Return a text of two languages in the reader's."""
    return views.said({"en": said.en, "fr": said.fr} if isinstance(said, Text) else said)
