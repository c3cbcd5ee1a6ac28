"""The pages of the draft."""

from __future__ import annotations

import uuid

import pytest

HTML = {"Accept": "text/html", "Accept-Language": "en"}


@pytest.fixture
def app(make_app):
    """An application with one breach, whose address is ``path``."""
    made = make_app("rgpd", "console", "routes", "i18n", "static")
    sent = {"what": "A lost phone", "happened": "It was left on a train"}
    made.path = f"/rgpd/breaches/{made.client('dpo').post('/api/v1/rgpd/breaches', json=sent).json['id']}"
    return made


def test_the_record_of_a_breach_leads_to_its_draft(app):
    """Records of other tables do not."""
    officer = app.client("dpo")
    assert f'href="{app.path}/report"' in officer.get(app.path, headers=HTML).text
    asked = {"who": "Tin Toy", "asks": "access"}
    other = officer.post("/api/v1/rgpd/requests", json=asked).json["id"]
    assert "/report" not in officer.get(f"/rgpd/requests/{other}", headers=HTML).text


def test_the_draft_shows_what_is_known_and_what_is_not(app):
    """Field by field."""
    page = app.client("dpo").get(f"{app.path}/report", headers=HTML).text
    assert "It was left on a train" in page and "not known yet" in page


def test_the_draft_is_taken_along_as_plain_text_in_the_language_of_the_reader(app):
    """To be pasted into the form of the authority."""
    answer = app.client("dpo").get(f"{app.path}/report.txt", headers={"Accept-Language": "fr"})
    assert answer.mimetype == "text/plain" and "Ce qui s’est passé (33(3)(a))\nIt was left on a train" in answer.text


@pytest.mark.parametrize("path", ["report", "report.txt"])
def test_others_do_not_read_the_draft(app, path):
    """Those who may not see the breach; an auditor may."""
    assert app.client("auditeur").get(f"{app.path}/{path}").status_code == 200
    assert app.client("user").get(f"{app.path}/{path}").status_code == 403
    assert app.client().get(f"{app.path}/{path}").status_code == 401


def test_there_is_no_draft_of_a_breach_that_is_not_there(app):
    """It answers like a missing record."""
    assert app.client("dpo").get(f"/rgpd/breaches/{uuid.uuid4()}/report").status_code == 404
