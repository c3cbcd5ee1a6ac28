"""What ``dihya generate`` tells people: what will be built before it begins, and the proof at the end."""

from __future__ import annotations

import json
from typing import Any

import click
from dihya_hookspecs.i18n import gettext as _

from . import views

SIGNS = {"passed": "ok  ", "failed": "FAIL", "later": "…   ", "unchecked": "–   "}


def tell(proposal: Any, name: str) -> None:
    """Say on standard error what will be built, why, who says so, and what of the idea it does not cover."""
    if proposal.template:
        title, sure = views.template_title(proposal.template), views.certainty(proposal.confidence)
        who = views.proposer(proposal.proposer, proposal.model, proposal.tier)
        click.echo(_("template “%(title)s”: %(sure)s, proposed by %(who)s", title=title, sure=sure, who=who), err=True)
    for text in (proposal.reason, *proposal.notices):
        if text:
            click.echo(f"  {text}", err=True)
    for word in proposal.words:
        if word.use in views.TOLD:
            click.echo(f"  {views.use_of(word)}", err=True)
    for words, several in proposal.doubtful:
        click.echo(f"  {words} could mean {' or '.join(several)}; say which, and it becomes a table", err=True)
    if unknown := [views.use_of(word) for word in proposal.words if word.use == "unknown"]:
        click.echo(f"  not covered by it: {', '.join(unknown)}", err=True)
    if common := dict.fromkeys(word.text for word in proposal.words if word.use in ("common", "quantity")):
        click.echo(f"  words that change nothing: {', '.join(common)}", err=True)
    click.echo(f"plugin {name!r}", err=True)


def show(report: dict[str, Any], as_json: bool) -> None:
    """The result: one object, or the lines of the proof and where the folder is."""
    if as_json:
        click.echo(json.dumps(report, ensure_ascii=False))
        return
    for check in report["proof"]:
        told = check["detail"] and not (check["passed"] and "::" in check["name"])
        detail = f"  {views.proof_sentence(check)}" if told else ""
        click.echo(f"{SIGNS[views.proof_state(check)]} {views.proof_title(check)}{detail}")
    if report["directory"]:
        click.echo(report["directory"])
        click.echo(
            f"proven: {len(report['files'])} files; install it with: dihya plugins install {report['directory']}",
            err=True,
        )
    else:
        click.echo(f"error: {report['error']}", err=True)
