"""Structures as documents: read from a file, printed, and edited from the command line."""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import click
from dihya_hookspecs import Invalid
from dihya_hookspecs.i18n import gettext as _

LARGEST = 2_000_000
"""Bytes of a document; what holds the most tables and fields is smaller."""


@click.command("structure")
@click.option("--idea", help="What the plugin should manage, in a sentence.")
@click.option(
    "--structure", "source", default="", metavar="FILE", help="A document instead of an idea; '-' reads standard input."
)
@click.option("--template", default="", help="Business template; without it one is proposed.")
@click.option("--set", "settings", multiple=True, metavar="KEY=VALUE", help="Option of the template; may be repeated.")
@click.option("--name", default="", help="Name of the plugin; without it the template suggests one.")
@click.option(
    "--edit",
    "edits",
    multiple=True,
    metavar="JSON",
    help="Change the document; may be repeated. --edits lists the edits.",
)
@click.option(
    "--lang",
    "language",
    type=click.Choice(("fr", "en")),
    default="fr",
    show_default=True,
    help="Language of the plugin.",
)
@click.option(
    "--out", type=click.Path(dir_okay=False, path_type=Path), help="Write the document there instead of printing it."
)
@click.option("--schema", is_flag=True, help="Print the JSON Schema of a structure.")
@click.option("--edits", "edit_schema", is_flag=True, help="Print the JSON Schema of an edit.")
def structure(
    idea: str | None, source: str, template: str, settings: tuple[str, ...], name: str, edits: tuple[str, ...], language: str,
    out: Path | None, schema: bool, edit_schema: bool,
) -> None:  # fmt: skip
    """Print the whole of what would be built, as one JSON document; edit it, and build it with ``dihya generate --structure``.

    What an edit changes besides what it was asked is said on standard error.
    """
    from dihya_hookspecs.access import OPERATOR
    from dihya_hookspecs.acts import Acts, get
    from dihya_hookspecs.generation import Templates

    with get(Acts).open("services.structure", actor=OPERATOR) as act:
        templates = act.get(Templates)
        if schema or edit_schema:
            return click.echo(_text(templates.structure_schema() if schema else templates.edit_schema()), nl=False)
        check_source(idea, source, settings)
        found = read(source) if source else _proposed(act, idea or "", template, settings, name, language)
        for number, edit in enumerate(edits, 1):
            made = templates.edit(found, parsed(edit, f"--edit {number}"))
            found = made.structure
            for notice in made.notices:
                click.echo(notice, err=True)
        if source and not edits:
            from dihya_hookspecs.generation import Needs

            found = templates.structure(Needs("", "", name, structure=found))
    if out:
        out.write_text(_text(found), encoding="utf-8")
    else:
        click.echo(_text(found), nl=False)


def check_source(idea: str | None, source: str, settings: Sequence[str]) -> None:
    """Raise Invalid unless there is either an idea or a document, and no option for a document."""
    if (idea is not None) == bool(source):
        raise Invalid(_("give either --idea or --structure"), code="source")
    if source and settings:
        raise Invalid(_("a structure has no options; change the document, or leave --set out"), code="options")


def read(source: str) -> Mapping[str, Any]:
    """Return the document in a file, or on standard input for ``-``. Raises Invalid for what is no JSON object in UTF-8."""
    where = _("standard input") if source == "-" else source
    try:
        data = sys.stdin.buffer.read(LARGEST + 1) if source == "-" else _bytes(Path(source))
    except OSError as error:
        raise Invalid(
            _("%(file)s cannot be read: %(why)s", file=where, why=error.strerror or str(error)), code="file"
        ) from error
    if len(data) > LARGEST:
        raise Invalid(_("%(file)s has more than %(limit)s bytes", file=where, limit=LARGEST), code="size")
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise Invalid(
            _("%(file)s is not UTF-8 (byte %(byte)s)", file=where, byte=error.start), code="encoding"
        ) from error
    return parsed(text, where)


def parsed(text: str, where: str) -> Mapping[str, Any]:
    """Return the JSON object that *text* is. Raises Invalid for anything else, and for a key that is given twice."""
    try:
        found = json.loads(text, object_pairs_hook=_once, parse_constant=_no_number)
    except RecursionError:
        raise Invalid(_("%(file)s is nested too deeply", file=where), code="json") from None
    except json.JSONDecodeError as error:
        said = _(
            "%(file)s is no JSON: line %(line)s, column %(column)s", file=where, line=error.lineno, column=error.colno
        )
        raise Invalid(said, code="json") from error
    except ValueError as error:
        raise Invalid(_("%(file)s: %(why)s", file=where, why=str(error)), code="json") from error
    if not isinstance(found, dict):
        raise Invalid(_("%(file)s is no JSON object", file=where), code="json")
    return found


def drafted(acts: Any, document: Mapping[str, Any], name: str) -> tuple[str, str, Any]:
    """Keep a draft of a document; return its id, the name the plugin will have, and what stands for a proposal."""
    from dihya_hookspecs.access import OPERATOR

    from .needs import proposal_of
    from .service import Generations

    with acts.open("services.propose", actor=OPERATOR) as act:
        draft = act.get(Generations).drafted(document, name)
        return str(draft.id), draft.name, proposal_of(draft)


def _bytes(path: Path) -> bytes:
    with path.open("rb") as file:
        return file.read(LARGEST + 1)


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        names = [name for name, _value in pairs]
        raise ValueError(_("%(name)r is given twice", name=next(name for name in names if names.count(name) > 1)))
    return found


def _no_number(text: str) -> float:
    raise ValueError(_("%(text)s is no number in JSON", text=text))


def _proposed(
    act: Any, idea: str, template: str, settings: Sequence[str], name: str, language: str
) -> Mapping[str, Any]:
    """Return what Dihya would build for an idea; nothing is kept. Raises Invalid where nothing fits."""
    from dihya_hookspecs.generation import Needs, Templates

    from .forms import set_values
    from .proposals import Proposals
    from .service import Generations

    proposal = act.get(Proposals).propose(idea, language, template=template)
    if not proposal.template:
        raise act.get(Generations).nothing_fits(proposal.reason, proposal.alternatives)
    options = {**proposal.options, **set_values(act.get(Templates).get(proposal.template).options, tuple(settings))}
    needs = Needs(
        idea,
        proposal.template,
        name or proposal.name,
        options,
        language,
        proposal.entities,
        proposal.proposer,
        proposal.title,
    )
    return act.get(Templates).structure(needs)


def _text(document: Mapping[str, Any]) -> str:
    return json.dumps(document, ensure_ascii=False, indent=2) + "\n"
