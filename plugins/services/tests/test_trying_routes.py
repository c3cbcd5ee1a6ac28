"""The page of a trial, and the way between its frame and the trial."""

from __future__ import annotations

import re

import pytest
from dihya_hookspecs import Invalid
from dihya_hookspecs.trying import TrialAnswer
from dihya_tests.suite import page_rules


@pytest.fixture
def app(make_app, fakes):
    """An application with pages and their headers."""
    return make_app("services", "tasks", "console", "static", "i18n", "middleware", plugins={"fakes": fakes})


@pytest.fixture
def anna(app):
    """Somebody who reads English."""
    client = app.client("user", id="p1")
    client.environ_base["HTTP_ACCEPT_LANGUAGE"] = "en"
    return client


@pytest.fixture
def address(begun, work) -> str:
    """The page of Anna's proven generation."""
    id = begun()
    work()
    return f"/services/{id}"


@pytest.fixture
def tried(anna, address) -> str:
    """The address of a trial in its frame."""
    assert anna.post(f"{address}/try").status_code == 303
    return re.search(r'<iframe[^>]* src="([^"]+)"', anna.get(f"{address}/try").text)[1]


def test_the_button_stands_beside_the_proof(anna, address) -> None:
    """Who generated a plugin may try it from its page."""
    page = anna.get(address).text
    assert f'action="{address}/try"' in page and "Try it" in page


def test_a_bar_says_what_is_tried_and_until_when(anna, address, tried) -> None:
    """Title, the promise, the end, a way to end it and one to install stand above the frame."""
    page = anna.get(f"{address}/try").text
    for words in ("You are trying “Association”.", "Nothing here touches your data", "Ends at ", "End now", "Install"):
        assert words in page
    assert 'title="“Association” as Secretary, on invented records"' in page


def test_roles_are_links(anna, address, tried) -> None:
    """Each role is one link away, and the one that is tried is marked; a role that is not there is the first one."""
    page = anna.get(f"{address}/try?role=1").text
    assert re.search(r'role=1" aria-current="true">Auditor<', page)
    assert f'src="{tried.replace("/0-", "/1-")}"' in page
    for strange in ("9", "-1", "x"):
        assert f'src="{tried}"' in anna.get(f"{address}/try?role={strange}").text


def test_the_frame_loads_the_trial_and_nothing_else(anna, address, tried) -> None:
    """Our page frames what lies below the address of the trial; it runs our scripts as every page does."""
    policy = anna.get(f"{address}/try").headers["Content-Security-Policy"]
    assert f"frame-src http://localhost{tried.rpartition('/0-')[0]}/" in policy
    assert "script-src 'self' 'nonce-" in policy and "unsafe" not in policy
    page = anna.get(f"{address}/try").text
    assert 'sandbox="allow-forms allow-downloads"' in page and 'referrerpolicy="no-referrer"' in page


def test_what_the_trial_answers_is_of_no_origin(anna, stage, tried) -> None:
    """Every answer is shut in: no script, no origin, forms to itself only, in a frame of ours only."""
    headers = anna.get(tried).headers
    policy = headers["Content-Security-Policy"]
    here = f"http://localhost{tried.rpartition('/0-')[0]}/"
    assert policy.startswith("sandbox allow-forms allow-downloads; default-src 'none'; ")
    for words in ("allow-scripts", "allow-same-origin", "script-src", "connect-src", "'self'", "unsafe"):
        assert words not in policy
    assert f"form-action {here};" in policy and policy.endswith("frame-ancestors http://localhost")
    assert headers["X-Frame-Options"] == "SAMEORIGIN" and headers["Referrer-Policy"] == "no-referrer"
    assert len(headers.getlist("Content-Security-Policy")) == 1


def test_fonts_are_for_documents_of_no_origin(anna, stage, tried) -> None:
    """A style sheet of the trial may load its fonts; nothing else may be read by scripts of others."""
    stage.answer = TrialAnswer(200, [("Content-Type", "font/woff2")], b"")
    assert anna.get(tried).headers["Access-Control-Allow-Origin"] == "null"
    stage.answer = TrialAnswer(200, [("Content-Type", "application/json")], b"{}")
    assert "Access-Control-Allow-Origin" not in anna.get(tried).headers


def test_a_request_is_passed_on_for_its_role(app, anna, stage, tried) -> None:
    """Nobody need be signed in, since a document of no origin sends no cookie; role, path, query, body and language come along."""
    answer = app.client().post(f"{tried.replace('/0-en', '/1-fr')}club/members/new?a=b", data={"name": "x"})
    asked = stage.asked[-1]
    assert answer.status_code == 200
    assert (asked.role, asked.method, asked.path, asked.query, asked.body) == (
        1,
        "POST",
        "/club/members/new",
        "a=b",
        b"name=x",
    )
    assert asked.root == tried.replace("/0-en/", "/1-fr") and asked.headers["Accept-Language"] == "fr"


def test_below_a_path_the_trial_lies_below_it_too(app, anna, address, stage, tried) -> None:
    """Behind a proxy that serves the application at ``/outils``, everything of the trial begins with that."""
    anna.get(tried, base_url="http://localhost/outils")
    assert stage.asked[-1].root == f"/outils{tried.rstrip('/')}"
    page = anna.get(f"{address}/try", base_url="http://localhost/outils")
    assert f'src="/outils{tried}"' in page.text
    assert f"frame-src http://localhost/outils{tried.rpartition('/0-')[0]}/" in page.headers["Content-Security-Policy"]


def test_what_goes_wrong_is_one_sentence_in_the_frame(anna, stage, tried) -> None:
    """An answer that is none is said in the frame, shut in as the answers are, with nothing of a stranger as markup."""
    stage.answer = Invalid("<b>broken</b>", status=502)
    answer = anna.get(tried)
    assert answer.status_code == 502 and "&lt;b&gt;broken" in answer.text and "<form" not in answer.text
    assert answer.headers["Content-Security-Policy"].startswith("sandbox ")


@pytest.mark.parametrize("seat", ["0", "x-fr", "0-french", "-1-fr", "99-fr"])
def test_strange_seats_are_not_found(anna, stage, tried, seat) -> None:
    """A seat is a number and a language."""
    assert anna.get(tried.replace("0-en", seat)).status_code == 404


def test_an_unknown_token_finds_nothing(anna, tried) -> None:
    """Who does not know the address is told that nothing is there."""
    assert anna.get("/services/try/unknown/0-fr/").status_code == 404


def test_who_opens_the_frame_alone_is_led_to_the_bar(anna, address, tried) -> None:
    """A page of the trial does not stand in a window of its own, where nothing would say what it is."""
    answer = anna.get(tried, headers={"Sec-Fetch-Dest": "document"})
    assert (answer.status_code, answer.headers["Location"]) == (303, f"{address}/try?role=0")


def test_the_page_waits_for_what_starts(anna, address, stage) -> None:
    """Until the application is there the page says so, and has a link and a script to look again."""
    stage.state = "starting"
    anna.post(f"{address}/try")
    page = anna.get(f"{address}/try").text
    assert "is being started" in page and "Look again" in page and "services/trying." in page and "<iframe" not in page


@pytest.mark.parametrize("state", ["none", "starting", "running", "ended"])
def test_the_page_can_be_read_by_everybody(anna, address, stage, state) -> None:
    """Headings, names of frames and buttons, labels: whatever becomes of the trial, nothing is missing."""
    stage.state = state
    if state != "none":
        anna.post(f"{address}/try")
    page = anna.get(f"{address}/try").text
    assert list(page_rules.flaws(page)) == []
    assert "<iframe" not in page or re.search(r"<iframe[^>]* title=\"[^\"]+", page)


def test_the_end_is_said(anna, address, tried, stage) -> None:
    """After the end the page says how it ended, and offers another."""
    assert anna.post(f"{address}/try/end").status_code == 303
    page = anna.get(f"{address}/try").text
    assert "nothing of it is left" in page and "Try it again" in page and "<iframe" not in page


def test_a_limit_is_one_sentence(anna, address, stage) -> None:
    """Who cannot try now reads why (409), and is led to the trial that stands in the way."""
    stage.refusal = Invalid("you are trying an application already; end that trial first", status=409)
    stage.trials.append(stage.trial(of="01a21c53-7688-7f1a-a4ff-f201a8e7182c", person="p1"))
    answer = anna.post(f"{address}/try")
    assert answer.status_code == 409 and "end that trial first" in answer.text and "To that trial" in answer.text


def test_the_page_speaks_french(anna, address, tried) -> None:
    """Bar, roles and frame are in the reader's language, and so is what is tried."""
    page = anna.get(f"{address}/try", headers={"Accept-Language": "fr"}).text
    assert "Vous essayez « Association »" in page and "Secrétaire" in page and "/0-fr/" in page


def test_somebody_elses_trial_has_no_page(app, address, tried) -> None:
    """Neither the page nor its buttons are there for others."""
    bob = app.client("user", id="p2")
    assert bob.get(f"{address}/try").status_code == 404
    assert bob.post(f"{address}/try/end").status_code == 404
    assert app.client().get(f"{address}/try").status_code == 401
