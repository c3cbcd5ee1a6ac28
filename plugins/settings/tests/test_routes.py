"""The pages: what there is, from where, and who may change it."""

import re
from html import unescape

import pytest
from dihya_hookspecs.access import Actor
from dihya_hookspecs.settings import SettingsStore
from dihya_settings.models import Value

PAGE = "/settings/of/choir/"


def text_of(answer):
    return re.sub(r"\s+", " ", unescape(re.sub(r"<[^>]+>", " ", answer.text)))


def form_of(client, path=PAGE, **changed):
    """Return what a browser would send of the form, with some values changed."""
    html = client.get(path).text
    sent = {
        unescape(name): unescape(value)
        for name, value in re.findall(r'<input type="(?:hidden|number|text)"[^>]* name="([^"]+)" value="([^"]*)"', html)
    }
    sent |= dict(re.findall(r'<select id="[^"]*" name="([^"]+)".*?<option value="([^"]*)" selected', html, re.DOTALL))
    boxes = re.findall(r'<input type="checkbox"([^>]*)>', html)
    sent |= {name: "on" for box in boxes if " checked" in box for name in re.findall(r' name="([^"]+)"', box)}
    return sent | {name.replace("__", "."): value for name, value in changed.items()}


@pytest.fixture
def app(start):
    return start("console", "i18n", "securite", said={"loud": True}, config={"i18n": {"default": "en"}})


def test_the_overview_shows_each_value_and_where_it_comes_from(app, change):
    """Default, set by somebody, or locked by the operator; unmarked fields are not shown."""
    change(app, "choir.songs", 4)
    text = text_of(app.client("admin").get("/settings/"))
    assert "Songs 4 Set here by – on" in text and "Most 5 Default" in text
    assert "Loud yes Locked Set by the program that runs the application" in text
    assert "hidden" not in text.lower()


def test_a_change_is_saved_and_told(app, read):
    """Only what differs is stored."""
    admin = app.client("admin")
    answer = admin.post(PAGE, data=form_of(admin, choir__songs="4"), follow_redirects=True)
    assert "1 setting is saved." in text_of(answer) and read(app, "songs") == 4
    with app.act() as act:
        assert list(act.get(SettingsStore).kept()) == ["choir.songs"]
    assert "Set here by Tin on" in text_of(admin.get(PAGE))


def test_saving_without_a_change_stores_nothing(app):
    """Saving without a change stores nothing and says so."""
    admin = app.client("admin")
    assert "Nothing was changed." in text_of(admin.post(PAGE, data=form_of(admin), follow_redirects=True))


def test_two_fields_that_need_each_other_are_saved_together(app, read):
    """More songs fit, since more are allowed in the same form."""
    admin = app.client("admin")
    assert admin.post(PAGE, data=form_of(admin, choir__songs="8", choir__most="9")).status_code == 303
    assert (read(app, "songs"), read(app, "most")) == (8, 9)


def test_what_is_wrong_stands_beside_its_field_and_loses_nothing(app, read):
    """422, in the reader's language, with what was typed."""
    admin = app.client("admin")
    answer = admin.post(PAGE + "?lang=fr", data=form_of(admin, choir__songs="99", choir__motto="tanina"))
    assert answer.status_code == 422 and 'value="99"' in answer.text and 'value="tanina"' in answer.text
    assert 'id="choir-songs-error">Doit être au plus égal à 9.<' in answer.text
    assert read(app, "songs") == 3 and read(app, "motto") == ""


def test_a_rule_across_fields_stands_above_the_form(app):
    """It is about no single field."""
    admin = app.client("admin")
    answer = admin.post(PAGE, data=form_of(admin, choir__songs="6"))
    assert answer.status_code == 422 and "Songs are at most as many as most." in text_of(answer)


def test_who_saves_second_is_told_by_whom_and_can_save_again(app, read):
    """409 with the other's name; the form keeps what was typed and knows the new version."""
    ann, bob = app.client("admin", name="Ann"), app.client("admin", name="Bob")
    late = form_of(bob, choir__songs="5")
    ann.post(PAGE, data=form_of(ann, choir__songs="4"))
    answer = bob.post(PAGE, data=late)
    assert answer.status_code == 409 and "Ann changed this meanwhile." in text_of(answer)
    assert 'name="choir.songs" value="5"' in answer.text and read(app, "songs") == 4
    again = late | dict(re.findall(r'name="(version\.[^"]+)" value="(\d+)"', answer.text))
    assert bob.post(PAGE, data=again).status_code == 303 and read(app, "songs") == 5


def test_somebody_with_a_role_of_a_trade_alone_chooses_their_own_settings(app):
    """What concerns oneself asks for no role, on the page and over REST; the settings of all ask for one."""
    cook = app.client("choir:cook")
    answers = [cook.get(path).status_code for path in ("/settings/mine/", "/api/v1/settings/mine", "/settings/")]
    assert answers == [200, 200, 403]


def test_back_to_the_default(app, change, read):
    """One button a setting; what else stands in the form is not saved with it."""
    change(app, "choir.songs", 4)
    admin = app.client("admin")
    sent = form_of(admin, choir__motto="x") | {"reset": "choir.songs"}
    answer = admin.post(PAGE, data=sent, follow_redirects=True)
    assert "“Songs” is back to the default." in text_of(answer)
    assert (read(app, "songs"), read(app, "motto")) == (3, "")


def test_what_the_operator_said_has_no_input(app, read):
    """The page says where it can be changed, and a form that sends it all the same changes nothing."""
    admin = app.client("admin")
    page = admin.get(PAGE)
    assert 'name="choir.loud"' not in page.text
    assert "Set by the program that runs the application; it can be changed there only." in text_of(page)
    admin.post(PAGE, data=form_of(admin) | {"reset": "choir.loud"})
    assert read(app, "loud") is True


def test_a_secret_is_set_or_not_set_and_never_shown(app, read):
    """An empty input leaves it as it is."""
    admin = app.client("admin")
    assert "Now: not set." in text_of(admin.get(PAGE))
    assert admin.post(PAGE, data=form_of(admin, choir__token="hush-hush")).status_code == 303
    page = admin.get(PAGE)
    assert "Now: set." in text_of(page) and "hush" not in page.text + admin.get("/settings/").text
    admin.post(PAGE, data=form_of(admin, choir__songs="4"))
    assert read(app, "token").get_secret_value() == "hush-hush"
    wrong = admin.post(PAGE, data=form_of(admin, choir__token="hush-again", choir__songs="99"))
    assert wrong.status_code == 422 and "hush" not in wrong.text


def test_who_may_only_read_gets_no_form(app):
    """The auditor sees all and changes nothing; others see nothing."""
    auditor, user = app.client("auditeur"), app.client("user")
    assert "<button" not in auditor.get(PAGE).text.partition("<main")[2]
    assert auditor.post(PAGE, data={}).status_code == 403
    assert [user.get(path).status_code for path in ("/settings/", PAGE)] == [403, 403]
    assert app.client("admin", confirmed=False).post(PAGE, data={}).status_code == 401


def test_a_plugin_without_such_settings_has_no_page(app):
    """404."""
    assert app.client("admin").get("/settings/of/nobody/").status_code == 404


def test_one_s_own_settings_count_for_oneself(app, read):
    """The page shows personal fields only, and goes back to what counts for everybody."""
    ann = app.client("user", id="ann", name="Ann")
    page = ann.get("/settings/mine/")
    assert "Mood" in page.text and "Songs" not in page.text
    answer = ann.post("/settings/mine/", data=form_of(ann, "/settings/mine/", choir__mood="sad"), follow_redirects=True)
    assert "1 setting is saved." in text_of(answer) and "Chosen by you on" in text_of(answer)
    assert read(app, "mood", Actor("ann", "Ann")) == "sad" and read(app, "mood") == "glad"
    sent = form_of(ann, "/settings/mine/") | {"reset": "choir.mood"}
    assert "“Mood” is back" in text_of(ann.post("/settings/mine/", data=sent, follow_redirects=True))
    assert read(app, "mood", Actor("ann", "Ann")) == "glad"


def test_nobody_has_settings_of_their_own(app):
    """Somebody unknown is asked to sign in."""
    assert app.client().get("/settings/mine/").status_code in (303, 401)


def test_what_waits_and_what_does_not_fit_is_said(app, change):
    """On the page, in words."""
    change(app, "choir.pool", 7)
    change(app, "choir.songs", 4)
    with app.act() as act:
        act.session.get(Value, ("choir", "songs")).value = 99
    change(app, "choir.motto", "x")
    text = text_of(app.client("admin").get(PAGE))
    assert "From the next start on: 7" in text
    assert "What is stored does not count (must be at most 9)." in text


def test_other_pages_are_led_to_the_settings_of_a_plugin(app):
    """By the name of the link; the fragment is the plugin, and who may not see settings is led nowhere."""
    from dihya_hookspecs.ui import path_of

    with app.act("look", actor=Actor("1", "Tin", frozenset({"admin"}))):
        path = path_of("settings")
    assert 'id="choir"' in app.client("admin").get(path).text
    with app.act("look", actor=Actor("2", "Ada", frozenset({"user"}))):
        assert path_of("settings") == ""
