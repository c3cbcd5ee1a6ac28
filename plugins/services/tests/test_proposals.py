"""What is proposed, by whom, and what is dropped of a model's answer."""

from __future__ import annotations

from types import SimpleNamespace

import pytest
from dihya_hookspecs import Flaw, NotFound, hookimpl
from dihya_hookspecs.access import OPERATOR
from dihya_hookspecs.ai import AIRequest, AIResponse, ModelCard
from dihya_hookspecs.generation import Needs
from dihya_services.combining import without
from dihya_services.proposals import Proposals
from dihya_services.settings import Settings

FIELD = {
    "entity": "member",
    "name": "shoe_size",
    "type": "integer",
    "label_en": "Shoe size",
    "label_fr": "Pointure",
    "personal": "none",
}
ANSWER = {"title": "Mon club", "options": {"seats": 7}, "fields": [FIELD], "tables": []}


@pytest.fixture
def proposals(fakes) -> Proposals:
    """The service over the fakes, where a plugin 'association' is installed."""
    plugins = SimpleNamespace(taken=lambda: {"association": "the plugin", "association_2": "a command"})
    return Proposals(Settings(), fakes.library, fakes.chain, plugins)


def test_asks_with_every_template_and_the_settings(proposals, fakes) -> None:
    """The chain is asked once, with labels, threshold, deadline and the person whose quota counts."""
    proposals.propose("les adhérents et les cotisations", "fr", person="p1")
    (request,) = fakes.chain.asked
    assert (request.purpose, request.capability, request.person, request.threshold) == (
        "template-choice",
        "classify",
        "p1",
        0.6,
    )
    assert [label.name for label in request.labels] == ["association", "sante"]


def test_proposes_a_name_that_is_free(proposals) -> None:
    """Names that something in the application bears get a number."""
    assert proposals.propose("les adhérents et les cotisations", "fr").name == "association_3"


def test_a_chosen_template_asks_nobody(proposals, fakes) -> None:
    """Who chooses by hand is the proposer; an unknown name is not found."""
    proposal = proposals.propose("les adhérents et les cotisations", "fr", template="sante")
    assert (proposal.template, proposal.tier, proposal.proposer, proposal.confidence) == (
        "sante",
        "person",
        "person",
        1.0,
    )
    assert fakes.chain.asked == []
    with pytest.raises(NotFound):
        proposals.propose("les adhérents et les cotisations", "fr", template="nope")


def test_a_provider_adds_fields(proposals, fakes) -> None:
    """What a configured provider answers, and what fits, becomes part of the proposal."""
    fakes.chain.provider, fakes.chain.structure = True, ANSWER
    proposal = proposals.propose("les adhérents et les cotisations", "fr")
    assert (proposal.title, proposal.options["seats"], proposal.notices) == ("Mon club", 7, ())
    (member,) = [entity for entity in proposal.entities if entity["name"] == "member"]
    assert [field["name"] for field in member["fields"]] == ["shoe_size"]


def test_without_provider_nobody_is_asked_for_fields(proposals, fakes) -> None:
    """The embedded model and the rules are not asked what they cannot say."""
    proposals.propose("les adhérents et les cotisations", "fr")
    assert [request.capability for request in fakes.chain.asked] == ["classify"]


@pytest.mark.parametrize(
    ("answer", "notices"),
    [
        ({**ANSWER, "options": {"seats": "many"}}, 1),
        ({**ANSWER, "options": {"seats": "many", "rm -rf": 1}}, 2),
        ({**ANSWER, "fields": [FIELD, {**FIELD, "name": "id"}]}, 1),
        ({**ANSWER, "fields": [{**FIELD, "entity": "nobody"}]}, 1),
        ("as an AI, I cannot", 1),
        ([], 1),
        (None, 0),
    ],
)
def test_what_does_not_fit_is_dropped_and_said(proposals, fakes, answer, notices: int) -> None:
    """Wrong options, reserved names, unknown tables and nonsense are left out, with a notice each; the rest stays."""
    fakes.chain.provider, fakes.chain.structure = True, answer
    proposal = proposals.propose("les adhérents et les cotisations", "fr")
    assert proposal.template == "association"
    assert len(proposal.notices) == notices
    assert proposal.options["seats"] in (4, 7)
    assert not any(field["name"] == "id" for entity in proposal.entities for field in entity["fields"])


def test_knows_what_a_flaw_points_at() -> None:
    """An option, a field, a whole entity; a flaw in the name is not the model's."""
    fields = ({"name": "a"}, {"name": "b"})
    needs = Needs("x", "t", "n", {"one": 1, "two": 2}, entities=({"name": "e", "fields": fields},))
    assert without(needs, Flaw("/options/one", "")).options == {"two": 2}
    assert without(needs, Flaw("/options", "Additional properties are not allowed ('two' was unexpected)")).options == {
        "one": 1
    }
    assert without(needs, Flaw("/entities/0/fields/1/name", "")).entities[0]["fields"] == [{"name": "a"}]
    assert without(needs, Flaw("/entities/0/purpose", "")).entities == ()
    assert without(needs, Flaw("/name", "")) is None


class Reader:
    """An embedded model that notes what it is asked."""

    card = ModelCard("reader-1", "reader", "embedded", ("classify",), residency="local")

    def __init__(self) -> None:
        self.asked: list[AIRequest] = []

    def answer(self, request: AIRequest, seconds: float) -> AIResponse:
        """Answer with the first label."""
        self.asked.append(request)
        return AIResponse("embedded", "reader", "reader-1", label=request.labels[0].name, confidence=0.9)


def prepared(app) -> str:
    ((_, step),) = [pair for pair in app.hooks.collected("register_setup") if pair[1].name == "template choice"]
    with app.act("services.setup", actor=OPERATOR):
        return step.run()


def test_set_up_lets_the_model_read_the_templates_once(make_app) -> None:
    """The text stays on this machine; the second set-up asks nobody."""
    reader = Reader()
    plugin = SimpleNamespace(register_ai_providers=hookimpl(lambda: reader))
    app = make_app("services", "templates", "ai_fallback", plugins={"reader": plugin})
    assert prepared(app) == "3 templates, told apart by reader-1"
    assert [(request.purpose, request.residency) for request in reader.asked] == [("template-choice", "local")]
    assert prepared(app) == "3 templates are known already"
    assert len(reader.asked) == 1


def test_without_a_model_the_next_set_up_asks_again(make_app) -> None:
    """It may be there by then."""
    app = make_app("services", "templates", "ai_fallback")
    assert prepared(app) == prepared(app) == "3 templates, told apart by rules"


def test_all_questions_of_a_proposal_share_one_deadline(proposals, fakes, monkeypatch) -> None:
    """What the first question took is not there for the second; when nothing is left it is not asked, and that is said."""
    clock = iter([100.0, 104.0])
    monkeypatch.setattr("dihya_services.proposals.time.monotonic", lambda: next(clock))
    fakes.chain.provider, fakes.chain.structure = True, ANSWER
    proposals.propose("les adhérents et les cotisations", "fr")
    assert [request.deadline for request in fakes.chain.asked] == [20.0, 16.0]
    clock = iter([100.0, 120.0])
    proposal = proposals.propose("les adhérents et les cotisations", "fr")
    assert len(fakes.chain.asked) == 3 and "no time was left" in proposal.notices[0]


def test_a_model_of_this_machine_is_told_few_templates(make_app) -> None:
    """It takes a second for each example: those for which the sentence speaks, and those that it has read since the set-up."""
    reader = Reader()
    plugin = SimpleNamespace(register_ai_providers=hookimpl(lambda: reader))
    app = make_app("services", "templates", "ai_fallback", plugins={"reader": plugin})
    with app.act(actor=OPERATOR) as act:
        act.get(Proposals).propose("locataires, baux et loyers de mes appartements", "fr")
    (labels,) = [request.labels for request in reader.asked]
    assert [label.name for label in labels] == ["association", "ecommerce", "immobilier", "sante"]
    assert len(labels[2].examples) == 2
