"""Objections: to what, how they are decided, and that nothing is used while they stand."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from dihya_hookspecs import Invalid, Refused
from dihya_hookspecs.i18n import Text
from dihya_hookspecs.rgpd import Consents, People, Purpose, Subject
from dihya_rgpd.consent_models import Objection
from dihya_rgpd.models import Requests
from dihya_rgpd.objections import Objections, may_be_objected_to
from sqlalchemy import select

PURPOSES = (
    Purpose("letter", Text("Monthly letter", "Lettre mensuelle"), "consent", marketing=True),
    Purpose("figures", Text("Figures of the year", "Chiffres de l\u2019année"), "legitimate_interest"),
    Purpose("offers", Text("Offers by post", "Offres par courrier"), "legitimate_interest", marketing=True),
    Purpose("orders", Text("Orders", "Commandes"), "contract"),
)
FIGURES, OFFERS = "canary.figures", "canary.offers"
TODAY = datetime.now(UTC).date()


@pytest.fixture
def app(make_app, canary_plugin, seed_person):
    """An application with two people and a plugin with four purposes; ``tin`` and ``ada`` are subjects."""
    plugin = canary_plugin()
    plugin.PURPOSES = PURPOSES
    made = make_app("rgpd", "console", plugins={"canary": plugin})
    with made.act("seed") as act:
        people = [seed_person(act.session, tag) for tag in ("tin", "ada")]
    made.tin, made.ada = (Subject("canary_people", key, "canary") for key, _ in people)
    return made


def used(app, purpose):
    """Tell of whom data may be used for a purpose: of Tin, of Ada."""
    with app.act("ask") as act:
        return tuple(act.get(Consents).may_use(one, purpose) for one in (app.tin, app.ada))


def noted(app, purpose=FIGURES):
    """Note that Tin objects; return the key of the row."""
    with app.act("note") as act:
        act.get(Consents).objected(app.tin, purpose, "I live in a village where everybody knows me.")
        return act.session.scalars(select(Objection.id)).one()


def decided(app, key, **said):
    """Decide on an objection; return its state."""
    with app.act("decide") as act:
        row = act.session.get(Objection, key)
        act.get(Objections).decide(row, **said)
        return row.state


@pytest.mark.parametrize(("number", "expected"), [(0, False), (1, True), (2, True), (3, False)])
def test_one_may_object_to_an_interest_of_the_house_and_to_marketing(number, expected):
    """A consent is taken back instead, and a contract is not objected to."""
    assert may_be_objected_to(PURPOSES[number]) is expected


def test_data_is_not_used_while_an_objection_is_weighed(app):
    """From the moment at which it is noted; everybody else's is used as before."""
    assert used(app, FIGURES) == (True, True)
    noted(app)
    assert used(app, FIGURES) == (False, True) and used(app, OFFERS) == (True, True)
    with app.act("use") as act, pytest.raises(Refused, match="objects to “Figures of the year”") as refused:
        act.get(Consents).demand(app.tin, FIGURES)
    assert refused.value.code == "objected"


def test_a_row_of_another_table_with_the_same_key_objects_to_nothing(app):
    """Keys are counted table by table in some plugins."""
    noted(app)
    with app.act("ask") as act:
        twin = Subject("canary_orders", app.tin.key, "canary")
        assert act.get(Consents).may_use(twin, FIGURES)
        assert act.get(Objections).of([twin]) == []


def test_an_upheld_objection_stands_and_a_rejected_one_does_not(app):
    """The reasons of a rejection are kept, and its five years begin."""
    assert decided(app, noted(app), upheld=True) == "upheld" and used(app, FIGURES)[0] is False
    with app.act("end") as act:
        (row,) = act.session.scalars(select(Objection))
        act.get(Objections).end(row)
    assert used(app, FIGURES)[0] is True
    with app.act("again") as act:
        key = act.get(Objections).note(app.tin, FIGURES).id
    assert decided(app, key, upheld=False, reasons="The law asks for these figures.") == "rejected"
    with app.act("look") as act:
        row = act.session.get(Objection, key)
        assert (row.reasons, row.ended_on) == ("The law asks for these figures.", TODAY)
    assert used(app, FIGURES)[0] is True


def test_an_objection_is_not_rejected_without_reasons(app):
    """It goes on standing."""
    key = noted(app)
    with pytest.raises(Invalid) as refused:
        decided(app, key, upheld=False, reasons="no")
    assert [flaw.pointer for flaw in refused.value.flaws] == ["/reasons"] and used(app, FIGURES)[0] is False


def test_an_objection_to_marketing_is_upheld_at_once_and_not_weighed(app):
    """Nobody can reject it, whatever the reasons."""
    key = noted(app, OFFERS)
    with pytest.raises(Invalid, match="decided already"):
        decided(app, key, upheld=False, reasons="We would like to sell more.")
    assert used(app, OFFERS)[0] is False


@pytest.mark.parametrize(
    ("purpose", "sentence"), [("letter", "rests on consent"), ("orders", r"another basis \(contract\)")]
)
def test_an_objection_to_which_the_law_gives_no_right_says_what_to_do_instead(app, purpose, sentence):
    """Nothing is noted then."""
    with app.act("note") as act:
        with pytest.raises(Invalid, match=sentence):
            act.get(Consents).objected(app.tin, f"canary.{purpose}")
        assert act.session.scalars(select(Objection)).all() == []


def test_nobody_objects_twice_to_one_purpose(app):
    """The second is a conflict, unless the first has ended."""
    noted(app)
    with app.act("note") as act, pytest.raises(Invalid, match="objects to this purpose already") as refused:
        act.get(Consents).objected(app.tin, FIGURES)
    assert refused.value.status == 409


def test_restricted_data_is_used_for_nothing(app):
    """Whatever the purpose rests on; the sentence says so."""
    with app.act("restrict") as act:
        act.get(People).restrict([app.tin], "the address is disputed")
    assert used(app, "canary.orders") == (False, True)
    with app.act("use") as act, pytest.raises(Refused, match="is restricted") as refused:
        act.get(Consents).demand(app.tin, "canary.orders")
    assert refused.value.code == "restricted"


def test_an_erasure_ends_the_objection_and_keeps_the_proof_of_it(app):
    """For five years, as that of a consent."""
    noted(app)
    with app.act("erase") as act:
        (kept,) = [one for one in act.get(People).erase([app.tin]) if one.source == "rgpd_objections"]
        (row,) = act.session.scalars(select(Objection))
        assert (kept.retained, row.state, row.ended_on) == (1, "ended", TODAY)
    with app.act("expire") as act:
        act.get(People).expire(TODAY.replace(year=TODAY.year + 6))
        assert act.session.scalars(select(Objection)).all() == []


def test_a_request_of_this_kind_names_its_purpose(app):
    """By its title in either language or by its name; another kind of request names none."""
    asked = {"who": "Tin Toy", "email": "tin@example.org", "asks": "objection"}
    with app.act("ask") as act:
        requests = Requests(act.session)
        for said in ("offers by post", "Offres par courrier", OFFERS):
            assert requests.add({**asked, "objects_to": said}).objects_to == OFFERS
        assert requests.add({**asked, "asks": "access", "objects_to": "anything"}).objects_to is None
        for said in ("", "everything"):
            with pytest.raises(Invalid, match="“Offers by post”") as refused:
                requests.add({**asked, "objects_to": said})
            assert [flaw.pointer for flaw in refused.value.flaws] == ["/objects_to"]


def test_objections_are_audited_without_what_was_said(app):
    """The log has purpose and outcome, neither grounds nor reasons nor the person."""
    decided(app, noted(app), upheld=False, reasons="The law asks for these figures.")
    told = [event for event in app.trail if event.action in ("rgpd.objected", "rgpd.weighed")]
    assert [event.facts["state"] for event in told] == ["weighed", "rejected"]
    assert "village" not in repr(app.trail) and "figures." not in repr(told) and app.tin.key not in repr(told)
