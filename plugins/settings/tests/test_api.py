"""The REST interface: what there is, from where, and who may change it."""

from __future__ import annotations

import pytest
from dihya_hookspecs.access import Actor
from dihya_hookspecs.settings import SettingsStore

BASE = "/api/v1/settings"
CHOIR, MINE = f"{BASE}/of/choir", f"{BASE}/mine"
ANN = Actor("ann", "Ann")


@pytest.fixture
def app(start):
    return start("i18n", "securite", said={"loud": True}, config={"i18n": {"default": "en"}})


def named(answer, plugin="choir"):
    """Return the settings of a plugin in an answer by the name of their field."""
    found = answer.json if "settings" in answer.json else next(x for x in answer.json["items"] if x["plugin"] == plugin)
    return {one["name"].partition(".")[2]: one for one in found["settings"]}


def test_each_setting_says_its_value_and_where_that_comes_from(app, change):
    """The default, what is stored, or what the operator said; fields that are not marked are not told."""
    change(app, "choir.songs", 4, actor=ANN)
    found = named(app.client("admin").get(BASE))
    assert (found["songs"]["value"], found["songs"]["source"], found["songs"]["changed_by"]) == (
        4,
        "application",
        "Ann",
    )
    assert (found["most"]["value"], found["most"]["source"], found["most"]["version"]) == (5, "default", 0)
    loud = found["loud"]
    assert (loud["value"], loud["source"], loud["locked"], bool(loud["where"])) == (True, "program", True, True)
    assert found["mood"]["choices"] == {"glad": "Glad", "sad": "Sad"} and "hidden" not in found


def test_a_change_is_stored_and_counts(app, read):
    """What is not named stays; the answer is what counts now, with the new version as ETag."""
    admin = app.client("admin")
    before = admin.get(CHOIR).headers["ETag"]
    answer = admin.patch(CHOIR, json={"songs": 4, "names": ["a", "b"]})
    assert (answer.status_code, named(answer)["songs"]["value"]) == (200, 4)
    assert answer.headers["ETag"] not in ("", before) and admin.get(CHOIR).headers["ETag"] == answer.headers["ETag"]
    assert (read(app, "songs"), read(app, "names"), read(app, "most")) == (4, ["a", "b"], 5)


def test_null_goes_back_to_the_default(app, change, read):
    """As a merge patch says it (RFC 7396)."""
    change(app, "choir.songs", 4)
    answer = app.client("admin").patch(CHOIR, json={"songs": None}, content_type="application/merge-patch+json")
    assert (named(answer)["songs"]["source"], read(app, "songs")) == ("default", 3)


def test_two_fields_that_need_each_other_are_changed_together(app, read):
    """More songs fit, since more are allowed in the same change."""
    assert app.client("admin").patch(CHOIR, json={"songs": 8, "most": 9}).status_code == 200
    assert (read(app, "songs"), read(app, "most")) == (8, 9)


def test_all_faults_are_told_at_once_and_nothing_is_stored(app, read):
    """422 with a pointer and a sentence for each, in the reader's language."""
    answer = app.client("admin").patch(
        CHOIR, json={"songs": 99, "mood": "wild", "hidden": 2, "motto": "x"}, headers={"Accept-Language": "fr"}
    )
    assert answer.status_code == 422
    assert {one["pointer"]: one["detail"] for one in answer.json["errors"]} == {
        "/songs": "doit être au plus égal à 9",
        "/mood": "Choisissez l’une des valeurs proposées.",
        "/hidden": "n’est pas un réglage que l’on peut modifier ici",
    }
    assert (read(app, "songs"), read(app, "motto")) == (3, "")


@pytest.mark.parametrize(
    ("body", "kind", "status"),
    [
        ("[]", "application/json", 422),
        ("{", "application/json", 400),
        ("songs=4", "application/x-www-form-urlencoded", 415),
    ],
)
def test_what_is_no_json_object_is_refused(app, body, kind, status):
    """With the status that says why."""
    assert app.client("admin").patch(CHOIR, data=body, content_type=kind).status_code == status


def test_what_the_operator_said_is_locked(app, read):
    """409; what else stands in the change is not stored either."""
    answer = app.client("admin").patch(CHOIR, json={"songs": 4, "loud": False})
    assert (answer.status_code, answer.json["code"]) == (409, "setting-locked")
    assert (read(app, "loud"), read(app, "songs")) == (True, 3)


def test_who_comes_second_is_told(app, read):
    """412 where If-Match names another version, and without it the last one counts."""
    admin = app.client("admin")
    seen = admin.get(CHOIR).headers["ETag"]
    assert admin.patch(CHOIR, json={"songs": 4}, headers={"If-Match": seen}).status_code == 200
    late = admin.patch(CHOIR, json={"songs": 5}, headers={"If-Match": seen})
    assert (late.status_code, read(app, "songs")) == (412, 4)
    assert admin.patch(CHOIR, json={"songs": 5}).status_code == 200


def test_a_secret_is_set_and_never_told(app, read):
    """Whether there is one is all that is said."""
    admin = app.client("admin")
    assert named(admin.get(CHOIR))["token"]["present"] is False
    answer = admin.patch(CHOIR, json={"token": "hush-hush"})
    assert "hush" not in answer.text + admin.get(BASE).text
    assert (named(answer)["token"]["present"], named(answer)["token"]["value"]) == (True, None)
    assert read(app, "token").get_secret_value() == "hush-hush"


def test_rights_are_those_of_the_pages(app):
    """The auditor reads, users see nothing, and changing asks for the password again."""
    auditor, user, late = app.client("auditeur"), app.client("user"), app.client("admin", confirmed=False)
    assert auditor.get(CHOIR).status_code == 200
    assert [client.patch(CHOIR, json={}).status_code for client in (auditor, late)] == [403, 401]
    assert [user.get(path).status_code for path in (BASE, CHOIR, MINE)] == [403, 403, 200]
    assert [app.client().get(path).status_code for path in (BASE, CHOIR, MINE)] == [401, 401, 401]


def test_a_plugin_without_such_settings_is_not_found(app):
    """404, to read and to change."""
    admin = app.client("admin")
    assert [admin.get(f"{BASE}/of/nobody").status_code, admin.patch(f"{BASE}/of/nobody", json={}).status_code] == [
        404
    ] * 2


def test_one_s_own_settings_count_for_oneself(app, change, read):
    """Personal fields only; null goes back to what counts for all, and the operator's places are not told."""
    change(app, "choir.motto", "tanina")
    ann = app.client("user", id="ann", name="Ann")
    found = named(ann.get(MINE))
    assert found.keys() == {"mood", "motto"} and found["motto"]["source"] == "application"
    seen = ann.get(MINE).headers["ETag"]
    answer = ann.patch(MINE, json={"choir": {"mood": "sad"}}, headers={"If-Match": seen})
    assert (named(answer)["mood"]["value"], named(answer)["mood"]["source"]) == ("sad", "person")
    assert (read(app, "mood", ANN), read(app, "mood")) == ("sad", "glad")
    assert ann.patch(MINE, json={"choir": {"mood": "sad"}}, headers={"If-Match": seen}).status_code == 412
    assert named(ann.patch(MINE, json={"choir": {"mood": None}}))["mood"]["source"] == "default"


def test_what_is_wrong_with_one_s_own_is_told_where_it_stands(app):
    """At the pointer in the body: the plugin, then the field."""
    ann = app.client("user", id="ann", name="Ann")
    answer = ann.patch(MINE, json={"choir": {"mood": "wild", "songs": 4}})
    assert {one["pointer"] for one in answer.json["errors"]} == {"/choir/mood", "/choir/songs"}
    assert [one["pointer"] for one in ann.patch(MINE, json={"choir": "sad"}).json["errors"]] == ["/choir"]


def test_a_change_is_audited(app):
    """As one from the page is."""
    app.client("admin").patch(CHOIR, json={"songs": 4})
    assert [dict(one.facts)["new"] for one in app.trail if one.action == "settings.set"] == ["4"]


def test_a_change_that_changes_nothing_is_none(app):
    """Neither stored nor recorded."""
    admin = app.client("admin")
    admin.patch(CHOIR, json={"songs": 4})
    seen = admin.get(CHOIR).headers["ETag"]
    assert admin.patch(CHOIR, json={"songs": 4}).headers["ETag"] == seen
    with app.act() as act:
        assert act.get(SettingsStore).kept()["choir.songs"].version == int(seen.strip('"'))


def test_the_interface_is_described(start):
    """Paths, bodies and answers stand in the OpenAPI document."""
    found = start("securite", "docs").client("admin").get("/docs/openapi.json").json["paths"]
    assert found[f"{BASE}/of/{{plugin}}"]["patch"]["x-permission"] == "settings:write"
    for path, body in ((f"{BASE}/of/{{plugin}}", "Changes"), (MINE, "OwnChanges")):
        sent = found[path]["patch"]["requestBody"]["content"]["application/json"]["schema"]["$ref"]
        assert sent.endswith(f".{body}") and "content" in found[path]["get"]["responses"]["2XX"]
