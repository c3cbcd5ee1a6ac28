"""``dihya generate``: the whole way from an idea to a proven plugin folder, in one command."""

from __future__ import annotations

import sys
import threading
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from .changing import change
from .documents import check_source, drafted, read, structure
from .stats_cli import stats

if TYPE_CHECKING:
    from dihya_hookspecs.acts import Acts


@click.command("generate")
@click.option("--idea", help="What the plugin should manage, in a sentence; '-' reads standard input.")
@click.option(
    "--structure", "source", default="", metavar="FILE", help="A document instead of an idea; '-' reads standard input."
)
@click.option("--template", default="", help="Business template; without it one is proposed.")
@click.option("--set", "settings", multiple=True, metavar="KEY=VALUE", help="Option of the template; may be repeated.")
@click.option(
    "--without",
    "dropped",
    multiple=True,
    metavar="TABLE",
    help="A table that the sentence added, left out; may be repeated.",
)
@click.option("--name", default="", help="Name of the plugin; without it the template suggests one.")
@click.option(
    "--lang",
    "language",
    type=click.Choice(("fr", "en")),
    default="fr",
    show_default=True,
    help="Language of the plugin.",
)
@click.option(
    "--out", type=click.Path(file_okay=False, path_type=Path), default=Path("."), show_default="here",
    help="Folder in which dihya-<name> is written.",
)  # fmt: skip
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object on standard output.")
@click.option("--yes", is_flag=True, help="Do not ask whether to go on with the proposal.")
@click.pass_context
def generate(
    context: click.Context,
    idea: str | None,
    source: str,
    template: str,
    settings: tuple[str, ...],
    dropped: tuple[str, ...],
    name: str,
    language: str,
    out: Path,
    as_json: bool,
    yes: bool,
) -> None:
    """Turn an idea, or a structure, into a plugin, prove it, and write its folder.

    The exit code is 0 only if the proof passed; then, and only then, there is a folder.
    """
    from dihya_hookspecs import folders
    from dihya_hookspecs.access import OPERATOR
    from dihya_hookspecs.acts import Acts, get

    from . import tasks
    from .reporting import show, tell

    check_source(idea, source, settings)
    acts, start = get(Acts), time.perf_counter()
    if source:
        id, planned, proposal = drafted(acts, read(source), name)
    else:
        id, planned, proposal = _propose(acts, _read(idea or ""), template, settings, name, language)
    target = out / tasks.root_name(planned)
    folders.check_free(target)
    with acts.open("services.tell", actor=OPERATOR):
        tell(proposal, planned)
    if not yes and sys.stdin.isatty() and "-" not in (idea, source):
        click.confirm("Build it?", default=True, abort=True, err=True)
    _begin(acts, id, template, settings, name, dropped)
    _work(acts, id)
    report, files = _report(acts, id)
    proven = round(time.perf_counter() - start, 3)
    if report["status"] == "ready":
        folders.write(files, target)
        report = _finished(acts, id, target)
        report["directory"] = str(target.resolve())
    report["durations"]["command"] = proven
    show(report, as_json)
    context.exit(0 if report["status"] == "ready" else 1)


def _read(idea: str) -> str:
    """The idea itself; from standard input for ``-``. Raises Invalid when that is not UTF-8."""
    if idea != "-":
        return idea.encode("utf-8", "surrogateescape").decode("utf-8", "replace")
    from dihya_hookspecs import Invalid

    try:
        return sys.stdin.buffer.read(4_000_000).decode("utf-8")
    except UnicodeDecodeError as error:
        raise Invalid(
            f"standard input is not UTF-8 (byte {error.start}); save the text as UTF-8", code="encoding"
        ) from error


def _propose(
    acts: Acts, idea: str, template: str, settings: tuple[str, ...], name: str, language: str
) -> tuple[str, str, Any]:
    """Keep a draft; return its id, the name the plugin will have, and the proposal. Raises Invalid when nothing fits."""
    from dihya_hookspecs.access import OPERATOR
    from dihya_hookspecs.generation import Templates

    from .forms import set_values
    from .service import Generations

    with acts.open("services.propose", actor=OPERATOR) as act:
        service = act.get(Generations)
        draft, proposal = service.propose(idea, language, template)
        if not proposal.template:
            raise service.nothing_fits(proposal.reason, proposal.alternatives)
        set_values(act.get(Templates).get(proposal.template).options, settings)
        return str(draft.id), name or proposal.name, proposal


def _begin(acts: Acts, id: str, template: str, settings: tuple[str, ...], name: str, dropped: tuple[str, ...]) -> None:
    from dihya_hookspecs.access import OPERATOR
    from dihya_hookspecs.generation import Templates

    from .dropping import without_named
    from .forms import set_values
    from .needs import needs_of
    from .service import Generations

    with acts.open("services.begin", actor=OPERATOR) as act:
        service = act.get(Generations)
        draft = service.own(id)
        options = set_values(act.get(Templates).get(draft.template).options, settings) if settings else {}
        entities = without_named(needs_of(draft).entities, dropped) if dropped else None
        service.begin(draft, template=template, name=name, options=options, entities=entities)


def _work(acts: Acts, id: str) -> None:
    """Carry out the queued generation in this process, with a progress bar on standard error."""
    from dihya_hookspecs.access import OPERATOR
    from dihya_hookspecs.ops import Tasks

    from .service import Generations

    ended = threading.Event()
    watcher = threading.Thread(target=_watch, args=(acts, id, ended), daemon=True)
    watcher.start()
    try:
        while not _is_over(acts, id):  # a server may have taken the task: then this waits for it
            with acts.open("services.work", actor=OPERATOR) as act:
                act.get(Tasks).work(until=lambda: _is_over(acts, id))  # what is checked after the offer comes later
            ended.wait(0.05)
    except KeyboardInterrupt:
        with acts.open("services.cancel", actor=OPERATOR) as act:
            service = act.get(Generations)
            service.cancel(service.get(id))
        raise
    finally:
        ended.set()
        watcher.join(10)


def _finished(acts: Acts, id: str, target: Path) -> dict[str, Any]:
    """Run what is checked after the offer, and write what it leaves into the folder; interrupted, the plugin stays as it is."""
    from dihya_hookspecs.access import OPERATOR
    from dihya_hookspecs.ops import Tasks

    from . import finishing

    report, files = _report(acts, id)
    if left := [check for check in report["proof"] if check["later"] and not check["passed"]]:
        click.echo(
            f"proven, and written to {target}; {len(left)} more checks run now (Ctrl-C leaves them out)", err=True
        )
    try:
        while any(check["later"] and not check["passed"] for check in report["proof"]):
            with acts.open("services.work", actor=OPERATOR) as act:
                act.get(Tasks).work()
            report, files = _report(acts, id)
            time.sleep(0.05)
    except KeyboardInterrupt:
        click.echo("not checked any further; the plugin is proven, and stays", err=True)
    for path, text in finishing.proof_of(files).items():
        (target / path).write_text(text, encoding="utf-8")
    return report


def _is_over(acts: Acts, id: str) -> bool:
    from dihya_hookspecs.access import OPERATOR

    from .service import Generations

    with acts.open("services.watch", actor=OPERATOR) as act:
        return act.get(Generations).get(id).finished_at is not None


def _watch(acts: Acts, id: str, ended: threading.Event) -> None:
    """Show how far the generation is, until *ended*."""
    from dihya_hookspecs.access import OPERATOR
    from rich.console import Console
    from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

    from .pace import pace
    from .progress import STEPS, sentence
    from .service import Generations

    console = Console(stderr=True)
    columns = (TextColumn("{task.description}"), BarColumn(), TimeElapsedColumn())
    with Progress(*columns, console=console, transient=True, disable=not console.is_terminal) as bar:
        task, number, over = bar.add_task("…", total=len(STEPS)), 0, False
        while not over:
            over = ended.wait(0.3)  # one look more after the end
            with acts.open("services.watch", actor=OPERATOR) as act:
                service = act.get(Generations)
                lines = service.progress(service.get(id), number)
                usual = pace(act.session, service.get(id))
                said = [(line, sentence(line)) for line in lines]
            for line, text in said:
                number = line.number
                if line.state == "done" and not line.message:
                    bar.advance(task)
                bar.update(task, description=" · ".join(filter(None, (text, usual.left(line.at)))))
                if not line.message or line.state == "failed":
                    bar.console.print(text, markup=False, highlight=False, soft_wrap=True)


def _report(acts: Acts, id: str) -> tuple[dict[str, Any], dict[str, str]]:
    """What came of it, as ``--json`` prints it, and the files."""
    from dihya_hookspecs.access import OPERATOR

    from .service import Generations
    from .shape import report_json

    with acts.open("services.report", actor=OPERATOR) as act:
        service = act.get(Generations)
        generation = service.get(id)
        files = service.files(generation) if generation.files else {}
        return report_json(generation, files), files


COMMANDS = (generate, structure, stats, change)
