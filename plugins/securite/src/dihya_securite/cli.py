"""``dihya people``: add people, list them, renew passwords and give roles, for whoever runs commands on the machine."""

from __future__ import annotations

import json
import sys
from contextlib import AbstractContextManager
from typing import Any

import click
from dihya_hookspecs import NotFound
from dihya_hookspecs.access import OPERATOR
from dihya_hookspecs.acts import Acts, current

from .access_cli import access


@click.group()
def people() -> None:
    """People who may sign in."""


@people.command()
@click.argument("email")
@click.option("--name", default="", help="Name to show.")
@click.option("--role", "roles", multiple=True, help="Role to give; can be repeated. Without it: user.")
@click.option("--password-stdin", is_flag=True, help="Read the password from standard input; else make a one-time one.")
def add(email: str, name: str, roles: tuple[str, ...], password_stdin: bool) -> None:
    """Add somebody; prints their one-time password, once."""
    password = _read_password() if password_stdin else None
    with _act("securite.add_person") as act:
        person, given = _directory(act).create(OPERATOR, email, name, roles, password)
        done = f"added {person.email} with the roles {', '.join(person.roles)}"
    click.echo(done, err=True)
    if given:
        click.echo(given)


@people.command("list")
@click.option("--json", "as_json", is_flag=True, help="One JSON array.")
def list_(as_json: bool) -> None:
    """List people: address, roles, whether the account is open."""
    from dihya_hookspecs.data import Query

    rows = []
    with _act("securite.list_people") as act:
        cursor = None
        while True:
            found = _directory(act).find(Query(limit=500, cursor=cursor))
            rows += [
                {"id": str(one.id), "email": one.email, "name": one.name, "roles": one.roles, "active": one.active}
                for one in found.items
            ]
            if not (cursor := found.next):
                break
    if as_json:
        click.echo(json.dumps(rows, ensure_ascii=False))
        return
    for row in rows:
        click.echo(f"{row['email']}\t{','.join(row['roles'])}\t{'open' if row['active'] else 'closed'}")


@people.command()
@click.argument("email")
@click.option("--password-stdin", is_flag=True, help="Read the password from standard input; else make a one-time one.")
def password(email: str, password_stdin: bool) -> None:
    """Give somebody a one-time password and end their sessions, tokens and API keys."""
    wanted = _read_password() if password_stdin else None
    with _act("securite.reset_password") as act:
        directory = _directory(act)
        given = directory.reset_password(OPERATOR, _find(directory, email).id, wanted)
    click.echo("the password must be changed at the next sign-in, within the time of securite.one_time_days", err=True)
    if not wanted:
        click.echo(given)


@people.command()
@click.argument("email")
@click.argument("roles", nargs=-1, required=True)
def roles(email: str, roles: tuple[str, ...]) -> None:
    """Give somebody exactly these ROLES."""
    with _act("securite.change_roles") as act:
        directory = _directory(act)
        person = directory.change_roles(OPERATOR, _find(directory, email).id, roles)
        done = f"{person.email} has the roles {', '.join(person.roles)}"
    click.echo(done, err=True)


@people.command("close")
@click.argument("email")
def close(email: str) -> None:
    """Close somebody's account and end their sessions, tokens and API keys; what they did stays in the log."""
    _set_active(email, False)


@people.command("open")
@click.argument("email")
def open_(email: str) -> None:
    """Open an account that was closed; its sessions, tokens and API keys do not come back."""
    _set_active(email, True)


@people.command("forget-second-factor")
@click.argument("email")
def forget_second_factor(email: str) -> None:
    """Let somebody who lost app and recovery codes sign in with the password alone; their sessions and tokens end."""
    from .authenticators import Authenticators

    with _act("securite.forget_second_factor") as act:
        person = _find(_directory(act), email)
        had = act.get(Authenticators).take_away(OPERATOR, person.id)
        address = person.email
    click.echo(f"{address} signs in with the password alone" if had else f"{address} has no second factor", err=True)


def _set_active(email: str, active: bool) -> None:
    with _act("securite.change_person") as act:
        directory = _directory(act)
        person = directory.set_active(OPERATOR, _find(directory, email).id, active)
        done = f"the account of {person.email} is {'open' if person.active else 'closed'}"
    click.echo(done, err=True)


def _act(name: str) -> AbstractContextManager[Any]:
    return current().get(Acts).open(name, actor=OPERATOR)


def _directory(act: Any) -> Any:
    from .service import Directory

    return act.get(Directory)


def _find(directory: Any, email: str) -> Any:
    person = directory.by_email(email)
    if person is None:
        raise NotFound("nobody has this e-mail address; 'dihya people list' shows everybody")
    return person


def _read_password() -> str:
    return sys.stdin.readline().rstrip("\r\n")


COMMANDS = (people, access)
