"""``dihya people``."""

from __future__ import annotations

import json


def test_people_are_added_listed_and_given_roles_and_passwords(place, sign_in):
    """Results on standard output, messages on standard error."""
    app = place()
    added = app.cli("people", "add", "Tin@example.org", "--name", "Tin", "--role", "admin")
    assert added.exit_code == 0, added.stderr
    assert sign_in(app, "tin@example.org", added.stdout.strip()).answer.status_code == 303
    assert app.cli("people", "add", "zoe@example.org").exit_code == 0
    assert app.cli("people", "roles", "zoe@example.org", "dpo", "auditeur").exit_code == 0
    rows = json.loads(app.cli("people", "list", "--json").stdout)
    assert [(one["email"], one["roles"]) for one in rows] == [
        ("tin@example.org", ["admin"]), ("zoe@example.org", ["auditeur", "dpo"]),
    ]  # fmt: skip
    assert "tin@example.org\tadmin\topen" in app.cli("people", "list").stdout
    renewed = app.cli("people", "password", "zoe@example.org")
    assert sign_in(app, "zoe@example.org", renewed.stdout.strip()).answer.status_code == 303


def test_a_password_comes_by_standard_input_only(place, sign_in):
    """No option takes a password, which other users of the machine could read; a weak one is refused."""
    app = place()
    text = "quatre mots sans rapport"
    done = app.cli("people", "add", "tin@example.org", "--password-stdin", input=text + "\n")
    assert done.exit_code == 0 and done.stdout == ""
    assert sign_in(app, "tin@example.org").answer.headers["Location"] == "/"
    weak = app.cli("people", "password", "tin@example.org", "--password-stdin", input="weak\n")
    assert weak.exit_code == 1 and "too short" in weak.stderr
    assert app.cli("people", "add", "zoe@example.org", "--password-stdin", input="").exit_code == 1


def test_an_account_is_closed_and_opened(place, sign_in):
    """A closed account lets nobody in until it is opened again; the last administrator's stays open."""
    app = place()
    given = app.cli("people", "add", "tin@example.org").stdout.strip()
    closed = app.cli("people", "close", "tin@example.org")
    assert (closed.exit_code, closed.stderr) == (0, "the account of tin@example.org is closed\n")
    assert "tin@example.org\tuser\tclosed" in app.cli("people", "list").stdout
    assert sign_in(app, "tin@example.org", given).answer.status_code == 401
    assert app.cli("people", "open", "tin@example.org").stderr == "the account of tin@example.org is open\n"
    assert sign_in(app, "tin@example.org", given).answer.status_code == 303
    app.cli("people", "add", "zoe@example.org", "--role", "admin")
    refused = app.cli("people", "close", "zoe@example.org")
    assert refused.exit_code == 1 and "last active administrator" in refused.stderr


def test_errors_are_said_without_a_traceback(place):
    """Unknown people, unknown roles and the last administrator: exit code 1 and a sentence."""
    app = place()
    app.cli("people", "add", "tin@example.org", "--role", "admin")
    for arguments, says in (
        (("password", "nobody@example.org"), "nobody has this e-mail address"),
        (("roles", "tin@example.org", "king"), "unknown role 'king'"),
        (("roles", "tin@example.org", "user"), "last active administrator"),
        (("add", "tin@example.org"), "already there"),
    ):
        result = app.cli("people", *arguments)
        assert result.exit_code == 1 and says in result.stderr and "Traceback" not in result.stderr


def test_a_lost_second_factor_is_taken_away_on_the_server(place, add):
    """The command says what became of it, and does no harm where there is none."""
    app = place()
    add(app, "tin@example.org")
    result = app.cli("people", "forget-second-factor", "tin@example.org")
    assert result.exit_code == 0 and "has no second factor" in result.output
