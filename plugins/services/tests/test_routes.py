"""The product page: idea, proposal, progress, plugin."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest
from dihya_services.shape import executable
from markupsafe import escape

IDEA = "Gérer les membres d'un <b>club</b>, et les dons"


@pytest.fixture
def app(make_app, fakes):
    """An application with pages."""
    return make_app("services", "tasks", "console", "static", "i18n", plugins={"fakes": fakes})


def english(app, role: str = "user"):
    """A person who reads English."""
    client = app.client(role)
    client.environ_base["HTTP_ACCEPT_LANGUAGE"] = "en"
    return client


def main_of(page: str) -> str:
    """What a page says between frame and foot."""
    return page[page.index("<main") : page.index("</main>")]


def proposed(client, idea: str = IDEA, **fields) -> str:
    """Send an idea; the address of its proposal."""
    answer = client.post("/services/proposals", data={"idea": idea, "language": "fr", **fields})
    assert answer.status_code == 303, answer.text
    return answer.headers["Location"]


def test_from_an_idea_to_a_plugin(app, work) -> None:
    """The form, the proposal with its reason, the confirmation, the progress, the proof, the files and the ZIP."""
    client = english(app)
    assert "<textarea" in client.get("/services/").text
    address = proposed(client)
    page = client.get(address).text
    assert "which speaks for Association" in page and 'value="association"' in page and "certain" in page
    assert "&lt;b&gt;club" in page and "<b>club" not in page
    assert "contact details" in page
    assert re.search(r'name="option.donations"[^>]*checked', page)
    begun = client.post(f"{address}/begin", data={"name": "chorale", "title": "La chorale", "option.seats": "2"})
    assert begun.status_code == 303
    page = client.get(address).text
    assert 'data-running="yes"' in page and "services/generation." in page
    work()
    page = client.get(address).text
    assert "La chorale" in page and "its tests pass" in page and "dihya-chorale.zip" in page
    assert "__tablename__" in page and 'data-running="no"' in page
    assert "dihya-chorale" in client.get(f"{address}?file=README.md").text
    assert "La chorale" in client.get("/services/generations/").text


def test_pages_speak_french(app, work) -> None:
    """Everything of ours is said in French to who reads French."""
    client = app.client("user")
    address = proposed(client)
    client.post(f"{address}/begin", data={"name": "chorale", "option.seats": "2"})
    work()
    french = {"Accept-Language": "fr"}
    assert "Décrivez votre idée" in client.get("/services/", headers=french).text
    page = client.get(address, headers=french).text
    assert "Votre plugin est prouvé" in page and "2 fichiers écrits" in page
    assert "Générations" in client.get("/services/generations/", headers=french).text


def test_no_inline_script_or_style(app, work) -> None:
    """The pages keep to the content security policy."""
    client = app.client("user")
    address = proposed(client)
    pages = [client.get("/services/").text, client.get(address).text]
    client.post(f"{address}/begin", data={"name": "chorale", "option.seats": "2"})
    pages += [client.get(address).text, client.get("/services/generations/").text]
    for page in pages:
        main = page[page.index("<main") :]
        assert not re.search(r"\sstyle=|\son\w+=|<style|<script(?![^>]*\bsrc=)", main)


@pytest.mark.parametrize("idea", ["", "?!", "x" * 10_000])
def test_an_idea_that_is_none_comes_back_with_its_error(app, idea: str) -> None:
    """The form is shown again with a sentence."""
    answer = app.client("user").post("/services/proposals", data={"idea": idea})
    assert answer.status_code == 422 and 'role="alert"' in answer.text


def test_an_example_fills_the_form(app) -> None:
    """An address may carry an idea, escaped."""
    assert "&lt;/textarea&gt;" in app.client("user").get("/services/?idea=</textarea>").text


def test_a_guess_leads_to_the_other_templates(app) -> None:
    """What rests on one phrase says so; what a person chose does not."""
    client = english(app)
    page, chosen = (
        client.get(proposed(client, "une maison sante", **given)).text for given in ({}, {"template": "sante"})
    )
    assert "This rests on little." in page and 'href="#others"' in page and 'id="others"' in page
    assert "This rests on little." not in chosen


def test_nothing_fits_and_a_template_is_chosen(app) -> None:
    """Without a fitting template the page asks to choose one."""
    client = english(app)
    page = client.get(proposed(client, "tout autre chose")).text
    assert "Which one do you mean?" in page and "Build this plugin" not in page
    assert "Build this plugin" in client.get(proposed(client, "tout autre chose", template="sante")).text


def test_wrong_choices_come_back_with_their_error(app) -> None:
    """What cannot be built is said on the page of the proposal, with what was chosen."""
    client = app.client("user")
    address = proposed(client)
    answer = client.post(f"{address}/begin", data={"name": "taken", "option.seats": "9"})
    assert answer.status_code == 422 and 'role="alert"' in answer.text and 'value="9"' in answer.text
    assert client.post(f"{address}/begin", data={"name": "chorale", "option.seats": "many"}).status_code == 422
    assert client.post(f"{address}/begin", data={"name": "chorale", "option.seats": "9"}).status_code == 303


def test_a_mistake_stands_at_its_field_and_nothing_typed_is_lost(app) -> None:
    """The field is marked, described by the sentence, and led to; a name that would do is in it already."""
    client = english(app)
    address = proposed(client)
    typed = {"name": "Mon Club", "title": "Le club", "option.seats": "many", "additions": "no"}
    page = client.post(f"{address}/begin", data=typed).text
    name = re.search(r'<input id="name"[^>]*>', page)[0]
    assert (
        'value="mon_club"' in name
        and 'aria-invalid="true"' in name
        and 'aria-describedby="name-error name-hint"' in name
    )
    assert '<p class="error-text" id="name-error">no name</p>' in page and '<a href="#name">' in page
    assert re.search(r"<details open>\s*<summary>Advanced", page)
    seats = re.search(r'<input[^>]*id="option-seats"[^>]*>', page)[0]
    assert 'value="many"' in seats and 'aria-invalid="true"' in seats
    assert 'name="title" value="Le club"' in page
    page = client.get(address).text
    assert "<details open>" not in page and "aria-invalid" not in page


def test_the_card_says_the_command_of_this_very_dihya(app, work) -> None:
    """With the path of what runs where ``dihya`` alone would not be found; copied with one press."""
    client = app.client("user")
    address = proposed(client)
    client.post(f"{address}/begin", data={"name": "chorale", "option.seats": "2"})
    work()
    page = client.get(address).text
    lines = re.search(r'<code id="install-lines">(.*?)</code>', page, re.DOTALL)[1].splitlines()
    assert lines == ["unzip dihya-chorale.zip", f"{executable()} plugins install ./dihya-chorale"]
    assert 'data-copy="#install-lines"' in page


def test_additions_of_a_model_are_marked_and_can_be_left_out(app, fakes) -> None:
    """What a model added is seen, and only built when it is wanted."""
    field = {
        "entity": "member",
        "name": "size",
        "type": "integer",
        "label_en": "Size",
        "label_fr": "Taille",
        "personal": "name",
    }
    fakes.chain.provider, fakes.chain.structure = True, {"fields": [field]}
    client = english(app)
    address = proposed(client)
    assert "added by the model" in client.get(address).text
    client.post(f"{address}/begin", data={"name": "chorale", "option.seats": "9", "additions": "no"})
    assert client.get(f"/api/v1/generations/{address.rsplit('/', 1)[1]}").json["entities"] == []


def test_it_can_be_stopped_and_removed(app) -> None:
    """Both from the page; afterwards it is gone."""
    client = english(app)
    address = proposed(client)
    client.post(f"{address}/begin", data={"name": "chorale", "option.seats": "9"})
    assert client.post(f"{address}/cancel").status_code == 303
    assert "stopped before a plugin was ready" in client.get(address).text
    assert client.post(f"{address}/delete").status_code == 303
    assert client.get(address).status_code == 404


def test_a_choice_is_called_by_its_title(app, fakes) -> None:
    """What stands in the list of an option is the title of each value, not its name."""
    known = fakes.library.known
    titles = {"with_vat": {"en": "with VAT", "fr": "avec TVA"}, "without_vat": {"en": "without VAT", "fr": "sans TVA"}}
    vat = {"type": "string", "enum": [*titles], "default": "with_vat", "x-title": {"en": "VAT", "fr": "TVA"}}
    options = {"type": "object", "properties": {"vat": {**vat, "x-titles": titles}}}
    fakes.library.known = known | {"association": replace(known["association"], options=options)}
    client = app.client("user")
    page = client.get(proposed(client), headers={"Accept-Language": "fr"}).text
    assert re.search(r'<option value="with_vat"[^>]*>avec TVA</option>', page) and ">with" not in page


def test_the_law_has_its_english_name_in_english(app) -> None:
    """An English page says GDPR, a French one RGPD."""
    client = app.client("user")
    for language, name, other in (("en", "GDPR", "RGPD"), ("fr", "RGPD", "GDPR")):
        page = main_of(client.get("/services/", headers={"Accept-Language": language}).text)
        assert name in page and other not in page


def test_others_see_nothing(app) -> None:
    """Another person's page is not found; guests are asked to sign in."""
    address = proposed(app.client("user"))
    assert app.client("user").get(address).status_code == 404
    assert app.client().get("/services/").status_code in (302, 303, 401)


def test_it_goes_into_the_archive_and_back(app, work) -> None:
    """One button on the page of what has ended; the list leaves it out until it is asked for."""
    client = english(app)
    address = proposed(client)
    client.post(f"{address}/begin", data={"name": "chorale", "title": "La chorale", "option.seats": "9"})
    assert f"{address}/status" not in client.get(address).text
    work()
    assert re.search(r'value="archived"[^>]*>Put this generation into the archive', client.get(address).text)
    assert client.post(f"{address}/status", data={"status": "archived"}).status_code == 303
    page = client.get(address).text
    assert re.search(r'value="ready"[^>]*>Take this generation out', page) and "dihya-chorale.zip" in page
    assert "La chorale" not in client.get("/services/generations/").text
    archived = client.get("/services/generations/?status=archived").text
    assert "La chorale" in archived and "Archived" in archived
    assert client.post(f"{address}/status", data={"status": "x"}).status_code == 422
    assert client.post(f"{address}/status", data={"status": "ready"}).status_code == 303
    assert "La chorale" in client.get("/services/generations/").text


def test_others_cannot_archive_it(app, work) -> None:
    """An auditor sees the page without the button, and is refused without it too."""
    owner = english(app)
    address = proposed(owner)
    owner.post(f"{address}/begin", data={"name": "chorale", "option.seats": "9"})
    work()
    auditor = english(app, "auditeur")
    assert f"{address}/status" not in auditor.get(address).text
    assert auditor.post(f"{address}/status", data={"status": "archived"}).status_code == 403


def test_an_auditor_does_not_read_the_idea_of_a_draft(app) -> None:
    """The page of a proposal shows the idea to whom the API shows it: its owner and who manages."""
    owner = english(app)
    address = proposed(owner)
    assert str(escape(IDEA)) in owner.get(address).text
    page = english(app, "auditeur").get(address)
    assert page.status_code == 200 and str(escape(IDEA)) not in page.text and "idea=" not in page.text
    assert str(escape(IDEA)) in english(app, "admin").get(address).text


def test_an_auditor_reads_no_word_of_the_idea_in_what_became_of_it(app) -> None:
    """What was understood, left out, doubtful or not covered repeats the sentence, so it is for those who read the sentence."""
    owner = english(app)
    address = proposed(owner, "Manage members of a club, with their adherents and zibulons")
    mine, shown = owner.get(address).text, english(app, "auditeur").get(address).text
    for word in ("zibulons", "adherents", "speaks for"):
        assert word in mine, word
        assert word not in shown, word
    assert "Build this plugin" in shown and "Members" in shown
