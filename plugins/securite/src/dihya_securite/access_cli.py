"""``dihya access``: who may do what, and which rule decided it, for whoever looks after the rights."""

from __future__ import annotations

import json
from difflib import get_close_matches
from typing import Any

import click
from dihya_hookspecs import NotFound
from dihya_hookspecs.access import OPERATOR, Access, Actor, Decision
from dihya_hookspecs.acts import Acts, current


@click.group()
def access() -> None:
    """Who may do what, and why."""


@access.command()
@click.argument("person")
@click.argument("action")
@click.argument("record", required=False)
@click.option("--json", "as_json", is_flag=True, help="One JSON object.")
def explain(person: str, action: str, record: str | None, as_json: bool) -> None:
    """Say whether PERSON (an e-mail address, or 'guest') may do ACTION (a permission) with RECORD (table:id), and why."""
    with current().get(Acts).open("securite.explain_access", actor=OPERATOR) as act:
        actor, rules = _actor(act, person), act.get(Access)
        object = _record(act, record) if record else None
        decision = rules.decide(actor, action, object)
        hidden = sorted(rules.hidden(actor, action, type(object))) if object is not None else []
    if as_json:
        click.echo(json.dumps(_facts(decision, hidden), ensure_ascii=False))
        return
    click.echo(f"{'yes' if decision else 'no'}: {decision.reason}")
    click.echo(f"decided by: {decision.by}")
    if hidden:
        click.echo(f"hidden columns: {', '.join(hidden)}")


def _facts(decision: Decision, hidden: list[str]) -> dict[str, Any]:
    said = {"allowed": decision.allowed, "reason": decision.reason, "by": decision.by, "code": decision.code}
    return {**said, "hidden": hidden}


def _actor(act: Any, email: str) -> Actor | None:
    """Return the person as they would act when signed in. Raises NotFound."""
    from .service import Directory

    if email == "guest":
        return None
    person = act.get(Directory).by_email(email)
    if person is None:
        raise NotFound("nobody has this e-mail address; 'dihya people list' shows everybody")
    if not person.active:
        raise NotFound("this account is closed, so that nobody can act as this person")
    return Actor(str(person.id), person.name, frozenset(person.roles))


def _record(act: Any, said: str) -> Any:
    """Return the record that ``table:id`` names, as the audit log writes it. Raises NotFound."""
    from dihya_hookspecs.data import Model

    name, _, id = said.partition(":")
    act.session  # noqa: B018  (the tables of every plugin are known once there is a session)
    table = Model.metadata.tables.get(name)
    if table is None or "model" not in table.info:
        near = next(iter(get_close_matches(name, Model.metadata.tables, 1)), "")
        raise NotFound(f"there is no table {name!r}{f'; did you mean {near!r}?' if near else ''}")
    model = table.info["model"]
    kind = next(iter(table.primary_key.columns)).type.python_type
    try:
        found = act.session.get(model, kind(id))
    except ValueError:
        found = None
    if found is None:
        raise NotFound(f"table {name!r} has no record {id[:64]!r}")
    return found
