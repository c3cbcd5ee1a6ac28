"""Hostile values in every parameter, field and body of the whole application are answered calmly."""

import inspect
import json
import re
import sys
import zlib

import pytest
from dihya_tests.exploits.strange_values import ENCODED, FORM, JSON, RAW, VALUES, offence

UNSAFE = ("DELETE", "PATCH", "POST", "PUT")
NAMES = re.compile(r"(?:args|values|form)\.get(?:list)?\(\s*\"(\w+)\"|_number\(\"(\w+)\"")
RESOURCE = ("q", "order", "sort", "fields", "limit", "after", "joined_on", "member_id", "member_id__find", "amount")
PAGE = {"Accept": "text/html,*/*;q=0.1"}
BODIES = {
    "securite_api.issue_tokens": {"email": "user@example.org", "password": "x"},
    "securite_api.refresh_tokens": {"refresh_token": "x"},
    "securite_api.change_me": {"name": "Tin"},
    "securite_api.change_my_password": {"old_password": "x", "password": "y"},
    "securite_api.create_key": {"title": "a key", "scopes": ["docs:read"], "expires_at": None},
    "securite_api.add_person": {"email": "x@example.org", "name": "X", "roles": ["user"], "password": None},
    "securite_api.change_person": {"name": "X", "active": True},
    "securite_api.change_roles": {"roles": ["user"]},
    "services_api.propose": {"idea": "gérer un club", "language": "fr", "template": "association"},
    "services_api.begin": {
        "idea": "",
        "proposal": "",
        "template": "sante",
        "name": "a",
        "options": {},
        "entities": None,
    },
    "services_api.change": {"status": "archived"},
    "rgpd_api.exports": {"identifier": "nobody@example.org", "subjects": []},
    "rgpd_api.erasures": {"identifier": "nobody@example.org", "subjects": []},
}


def asked_for(view, rule):
    """Return the names of parameters and fields that a view reads, itself or through functions beside it."""
    if "/verger/" in rule.rule:
        return RESOURCE
    module, source = sys.modules[view.__module__], inspect.getsource(view)
    called = [getattr(module, name, None) for name in re.findall(r"\b(\w+)\(", source)]
    beside = [one for one in called if inspect.isfunction(one) and one.__module__ == module.__name__]
    found = NAMES.findall("".join([source, *map(inspect.getsource, beside)]))
    return sorted({one or two for one, two in found})


def targets(app, *methods):
    """Yield (method, address, rule, names) of what is attacked; of the four tables of the generated plugin, two."""
    for method, path, rule, _ in app.operations(guarded=False, methods=methods):
        if not re.search("/verger/(events|registrations)", rule.rule):
            yield method, path, rule, asked_for(app.flask.view_functions[rule.endpoint], rule)


@pytest.fixture(params=[pytest.param(5, id="a fifth"), pytest.param(1, id="all", marks=pytest.mark.exhaustive)])
def every(request):
    """One of how many attempts is made: always the same fifth of them, or, in the long sweeps, all."""
    return request.param


def attack(app, calls, sent, told, every):
    """Send each (rule, label, method, path, arguments) as somebody who holds everything, so that no door stops it."""
    calls = [call for call in calls if zlib.crc32(repr((*call[:2], call[2])).encode()) % every == 0]
    client = app.client(*app.every_role, id=app.people["all"])
    answers = ((call, sent(client, call[2], call[3], **call[4])) for call in calls)
    told([(call[2], call[0], call[1], wrong) for call, answer in answers if (wrong := offence(answer))])


def test_hostile_queries_are_answered_calmly(app, sent, told, every):
    """No parameter makes a page or an operation fail, or comes back as markup or as a header."""
    attack(app, (
        (rule.rule, (name, label), method, f"{path}?{name}={value}", {"headers": PAGE})
        for method, path, rule, names in targets(app, "GET")
        for label, value in ENCODED.items()
        for name in (*names, *(("lang",) if rule.rule == "/" else ()))
    ), sent, told, every)  # fmt: skip


def test_hostile_addresses_are_answered_calmly(app, sent, told, every):
    """No part of an address makes a rule fail, climbs out of a folder, or comes back as markup."""
    attack(app, (
        (rule.rule, label, method, app.address(rule, value), {"headers": PAGE, "json": {}})
        for method, _, rule, _ in targets(app, "GET", *UNSAFE)
        if rule.arguments
        for label, value in ENCODED.items()
    ), sent, told, every)  # fmt: skip


def test_hostile_forms_are_answered_calmly(app, sent, told, every):
    """No field of a form makes a page fail, or comes back as markup."""
    attack(app, (
        (rule.rule, (fields, label), method, path, {"headers": PAGE, "content_type": FORM,
                                                    "data": "&".join(f"{name}={value}" for name in fields)})
        for method, path, rule, names in targets(app, "POST")
        if not path.startswith("/api/")
        for label, value in ENCODED.items()
        for fields in (names, *((name,) for name in names if rule.arguments or "/verger/" not in rule.rule))
    ), sent, told, every)  # fmt: skip


def test_hostile_bodies_are_answered_calmly(app, sent, told, every):
    """No field, no body and no content type makes an operation of the API fail."""
    own, valid = {"id", "version", "created_at", "changed_at"}, dict(BODIES)
    for name in ("members", "memberships"):
        record = app.client("admin").get(f"/api/v1/verger/{name}").json["items"][0]
        for act in ("add", "change"):
            valid[f"routes_verger.{name}_{act}"] = {key: record[key] for key in record if key not in own}
    calls = []
    for method, path, rule, _ in targets(app, *UNSAFE):
        body = valid.pop(rule.endpoint, {"nothing": 1})
        cases = {(name, label): (json.dumps(body | {name: value}).encode(), JSON)
                 for name in body for label, value in VALUES.items()}  # fmt: skip
        calls += [
            (rule.rule, label, method, path, {"data": data, "content_type": kind})
            for label, (data, kind) in (cases | RAW).items()
            if path.startswith("/api/")
        ]
    attack(app, calls, sent, told, every)
    assert not valid, f"operations that are gone: {', '.join(valid)}"
