"""The draft of a report to the authority."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from dihya_rgpd.breach_report import parts, plain
from dihya_rgpd.breaches import Breaches

NOTICED = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)
WHOLE = {
    "what": "A list was sent to the wrong people", "noticed_at": NOTICED, "began_at": NOTICED - timedelta(hours=2),
    "happened": "A file was attached to the wrong message", "seen": True, "data": "names, addresses", "records": 40,
    "people": "members", "number": 38, "consequences": "unwanted mail", "measures": "the receivers deleted it",
    "risk": "likely", "tell": "no", "state": "reported", "reported_at": NOTICED + timedelta(hours=5),
}  # fmt: skip


@pytest.fixture
def told(make_app):
    """Return what gives the parts of the report of a breach, by label."""
    app = make_app("rgpd", config={"rgpd": {"controller": "The Toy Club", "officer": "Ada, ada@example.org"}})

    def give(**values):
        with app.act("report") as act:
            return {one.label: one.text for one in parts(Breaches(act.session).add({**WHOLE, **values}))}

    return give


def test_the_report_has_every_field_of_article_33(told):
    """Nature, categories and numbers, contact, consequences, measures; nothing of the file is left out."""
    said = told()
    assert all(said.values())
    assert (
        said["What happened"] == WHOLE["happened"] and said["People, about"] == "38" and said["Records, about"] == "40"
    )
    assert said["Contact point"] == "Ada, ada@example.org" and said["Kind of breach"].startswith("confidentiality")


def test_what_is_not_known_is_empty(told):
    """The report may be made in steps (article 33(4)), and a number that is not known is no zero."""
    assert told(number=None)["People, about"] == "" and told(number=0)["People, about"] == "0"


def test_a_late_report_has_its_reasons(told):
    """One in time has no such field."""
    assert "Reasons for the delay" not in told()
    late = told(reported_at=NOTICED + timedelta(hours=80), why_late="the mail stood still")
    assert late["Reasons for the delay"] == "the mail stood still"


def test_the_report_says_whether_people_were_told(told):
    """When, or why not."""
    assert told(told_at=NOTICED + timedelta(hours=6), tell="yes")["People are told"].startswith(
        "told at 2026-03-02T15:30"
    )
    assert told(risk="high", why_untold="nobody can read it")["People are told"] == "no: nobody can read it"


def test_the_text_has_each_field_with_its_article(make_app):
    """What is not known is said to follow."""
    with make_app("rgpd").act("report") as act:
        text = plain(Breaches(act.session).add({**WHOLE, "measures": None}))
    assert "Likely consequences (33(3)(c))\nunwanted mail\n" in text
    assert "Measures taken or proposed (33(3)(d))\nnot known yet; to follow (article 33(4))\n" in text
