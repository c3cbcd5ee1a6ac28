"""The ledger of consents: what counts, what is kept, and what is said to others."""

from __future__ import annotations

import io
import json
import zipfile
from datetime import UTC, datetime, timedelta

import pytest
from dihya_hookspecs import Invalid, Refused
from dihya_hookspecs.access import Actor
from dihya_hookspecs.i18n import Text
from dihya_hookspecs.rgpd import Consents, People, Purpose, Subject
from dihya_rgpd.consent_models import Consent
from sqlalchemy import select

LETTER, ORDERS, WORDS = "canary.letter", "canary.orders", "I want the monthly letter. I can stop it at any time."
PURPOSES = (
    Purpose("letter", Text("Monthly letter", "Lettre mensuelle"), "consent"),
    Purpose("orders", Text("Orders", "Commandes"), "contract"),
)
TODAY = datetime.now(UTC).date()


@pytest.fixture
def asked(make_app, canary_plugin, seed_person):
    """An application with two people, a plugin with two purposes, and REST; ``tin`` and ``ada`` are subjects."""
    plugin = canary_plugin()
    plugin.PURPOSES = PURPOSES
    app = make_app("rgpd", "console", "routes", "i18n", "static", plugins={"canary": plugin})
    with app.act("seed") as act:
        people = [seed_person(act.session, tag) for tag in ("tin", "ada")]
    app.tin, app.ada = (Subject("canary_people", key, "canary") for key, _ in people)
    app.address = people[0][1]["email"]
    return app


def facts(app):
    """Return what the ledger holds, in the order in which it was noted."""
    with app.act("look") as act:
        rows = act.session.scalars(select(Consent).order_by(Consent.noted_at, Consent.id))
        return [{column.key: getattr(row, column.key) for column in Consent.__table__.columns} for row in rows]


def given(app, subject, **more):
    """Note a consent to the letter."""
    with app.act("give", actor=Actor("clerk", "Clerk", frozenset({"dpo"}))) as act:
        act.get(Consents).given(subject, LETTER, WORDS, "paper", **more)


def holds(app, subject):
    """Tell whether the consent to the letter stands."""
    with app.act("ask") as act:
        return act.get(Consents).holds(subject, LETTER)


def withdrawn(app, subject):
    """Withdraw the consent to the letter."""
    with app.act("withdraw") as act:
        return act.get(Consents).withdrawn(subject, LETTER)


def test_a_consent_stands_from_when_it_is_given_until_it_is_withdrawn(asked):
    """Given once more it stands again; nobody else's consent follows from it."""
    assert not holds(asked, asked.tin)
    given(asked, asked.tin)
    assert holds(asked, asked.tin) and not holds(asked, asked.ada)
    withdrawn(asked, asked.tin)
    assert not holds(asked, asked.tin)
    given(asked, asked.tin)
    assert holds(asked, asked.tin)


def test_a_row_of_another_table_with_the_same_key_is_somebody_else(asked):
    """Keys are counted table by table in some plugins."""
    given(asked, asked.tin)
    twin = Subject("canary_orders", asked.tin.key, "canary")
    assert not holds(asked, twin) and withdrawn(asked, twin) is False


def test_the_ledger_keeps_words_version_way_day_and_who_noted_it(asked):
    """The version is the SHA-256 of the words, the same for every spelling of an accent and of a line's end."""
    given(asked, asked.tin)
    with asked.act("give") as act:
        for words in ("J\u2019accepte\r\nla lettre", "J\u2019accepte\nla lettre"):
            act.get(Consents).given(asked.ada, LETTER, words, "form")
    first, second, third = facts(asked)
    assert (first["words"], first["how"], first["noted_by"], first["at"].date()) == (WORDS, "paper", "clerk", TODAY)
    assert second["digest"] == third["digest"] != first["digest"]


def test_a_withdrawal_changes_nothing_of_what_was_said_before(asked):
    """It is a fact of its own; the one before it only says until when it counted."""
    given(asked, asked.tin)
    (before,) = facts(asked)
    assert withdrawn(asked, asked.tin) is True
    after, withdrawal = facts(asked)
    assert after | {"ended_on": None} == before and after["ended_on"] == TODAY
    assert (withdrawal["fact"], withdrawal["ended_on"]) == ("withdrawn", TODAY)


def test_what_does_not_stand_is_not_withdrawn_twice(asked):
    """Who asks a second time hears so, and the ledger does not grow."""
    assert withdrawn(asked, asked.tin) is False
    given(asked, asked.tin)
    assert [withdrawn(asked, asked.tin), withdrawn(asked, asked.tin)] == [True, False]
    assert len(facts(asked)) == 2


def test_an_old_paper_does_not_undo_a_later_withdrawal(asked):
    """The day on which something was said decides, not the day on which it was noted."""
    given(asked, asked.tin)
    withdrawn(asked, asked.tin)
    given(asked, asked.tin, on=TODAY - timedelta(days=30))
    assert not holds(asked, asked.tin)
    assert all(fact["ended_on"] == TODAY for fact in facts(asked))


@pytest.mark.parametrize(
    ("flaw", "said"),
    [
        ("/words", {"words": "yes"}), ("/words", {"words": "x" * 4001}), ("/how", {"how": "erasure"}),
        ("/on", {"on": TODAY + timedelta(days=3)}), ("/purpose", {"purpose": "canary.other"}),
    ],
)  # fmt: skip
def test_what_would_prove_nothing_is_not_noted(asked, flaw, said):
    """No words, no way, a day to come, a purpose of nobody: the flaw says which."""
    whole = {"subject": asked.tin, "purpose": LETTER, "words": WORDS, "how": "form", **said}
    with asked.act("give") as act, pytest.raises(Invalid) as refused:
        act.get(Consents).given(**whole)
    assert [one.pointer for one in refused.value.flaws] == [flaw] and facts(asked) == []


def test_the_use_of_data_is_refused_in_one_sentence_while_no_consent_stands(asked):
    """It names the purpose as people read it, and says what to do; what rests on a contract needs no consent."""
    with asked.act("use") as act:
        consents = act.get(Consents)
        with pytest.raises(Refused, match="does not consent to “Monthly letter” now; ask them") as refused:
            consents.demand(asked.tin, LETTER)
        assert (refused.value.status, refused.value.code) == (403, "no-consent")
        consents.demand(asked.tin, ORDERS)
        assert not consents.holds(asked.tin, ORDERS)


def test_many_people_are_asked_about_at_once(asked):
    """Those whose data may be used come back, in their order."""
    given(asked, asked.ada)
    strangers = [Subject("canary_people", str(number), "canary") for number in range(700)]
    with asked.act("ask") as act:
        everybody = [*strangers, asked.tin, asked.ada]
        assert act.get(Consents).among(everybody, LETTER) == [asked.ada]
        assert act.get(Consents).among(everybody, ORDERS) == everybody


def test_an_erasure_ends_the_consent_and_keeps_the_proof_for_five_years(asked):
    """The person is found again by their address while it is kept, and the retention removes it afterwards."""
    given(asked, asked.tin)
    with asked.act("erase") as act:
        (kept,) = [one for one in act.get(People).erase([asked.tin]) if one.source == "rgpd_consents"]
    assert (kept.retained, kept.basis) == (2, "legal_obligation") and kept.until[:4] == str(TODAY.year + 5)
    assert [(fact["fact"], fact["how"]) for fact in facts(asked)] == [("given", "paper"), ("withdrawn", "erasure")]
    with asked.act("find") as act:
        assert asked.tin.key in [one.key for one in act.get(People).find(asked.address)]
    with asked.act("expire") as act:
        act.get(People).expire(TODAY.replace(year=TODAY.year + 6))
    assert facts(asked) == []


def test_a_consent_that_stands_does_not_expire(asked):
    """Its five years begin when it no longer counts."""
    given(asked, asked.tin)
    with asked.act("expire") as act:
        act.get(People).expire(TODAY.replace(year=TODAY.year + 40))
    assert holds(asked, asked.tin)


def test_whoever_noted_a_consent_leaves_it_when_they_are_erased(asked):
    """Their name goes, the fact about the other person stays."""
    with asked.act("give", actor=Actor(asked.ada.key, "Ada", frozenset({"dpo"}))) as act:
        act.get(Consents).given(asked.tin, LETTER, WORDS, "oral")
    with asked.act("erase") as act:
        act.get(People).erase([asked.ada])
    assert [fact["noted_by"] for fact in facts(asked)] == [None] and holds(asked, asked.tin)


def test_the_export_of_a_person_says_what_they_consented_to(asked):
    """With the words and the day, and without who noted it."""
    given(asked, asked.tin)
    with asked.act("export") as act:
        archive = zipfile.ZipFile(io.BytesIO(act.get(People).export([asked.tin])))
    (row,) = [json.loads(line) for line in archive.read("data/rgpd/rgpd_consents.jsonl").splitlines()]
    assert (row["purpose"], row["fact"], row["words"], row["at"][:10]) == (LETTER, "given", WORDS, str(TODAY))
    assert "noted_by" not in row and "Donné – Given" in archive.read("index.html").decode()


def test_consents_are_audited_without_words_and_people(asked):
    """Each act says which purpose, and nothing of who it was about."""
    given(asked, asked.tin)
    withdrawn(asked, asked.tin)
    told = [event for event in asked.trail if event.action in ("rgpd.consented", "rgpd.withdrawn")]
    assert [event.facts["purpose"] for event in told] == [LETTER, LETTER]
    assert asked.tin.key not in repr(told) and "monthly" not in repr(asked.trail)
