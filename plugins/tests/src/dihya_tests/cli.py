"""``dihya prove``: the proof of a plugin folder, line by line."""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path

import click

from .marks.cli import marks
from .suite.cli import check


@click.command("prove")
@click.argument("folder", type=click.Path(exists=True, file_okay=False, path_type=Path))
@click.option("--seconds", default=180.0, show_default=True, help="Time that its tests may take.")
@click.option("--memory", "memory_mb", default=1500, show_default=True, help="Memory that its tests may use, in MB.")
@click.option("--log", type=click.Path(dir_okay=False, path_type=Path), help="File that receives what the tests print.")
@click.option(
    "--accept-unisolated", is_flag=True, help="Run its code also where the kernel cannot keep this machine away."
)
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object on standard output.")
@click.pass_context
def prove(
    context: click.Context,
    folder: Path,
    seconds: float,
    memory_mb: int,
    log: Path | None,
    accept_unisolated: bool,
    as_json: bool,
) -> None:
    """Run the checks on the plugin in FOLDER, and its tests in a fresh environment that sees nothing of this machine.

    Its code can read Python, the installed packages and the programs of the machine, and nothing else: not your files,
    not the data folder, no process, no network, no socket. The first line says whether that was so, as measured from
    inside. The exit code is 0 only if every line passed.
    """
    from dihya_hookspecs.acts import get
    from dihya_hookspecs.generation import Prover

    checks = get(Prover).prove(
        folder, seconds=seconds, memory_mb=memory_mb, log=log, accept_unisolated=accept_unisolated
    )
    passed = all(check.passed for check in checks)
    if as_json:
        click.echo(json.dumps({"passed": passed, "checks": [asdict(check) for check in checks]}, ensure_ascii=False))
    else:
        for check in checks:
            detail = f"  {check.said}" if check.said else ""
            click.echo(f"{'ok  ' if check.passed else 'FAIL'} {check.title} ({check.seconds:.2f} s){detail}")
        click.echo(
            "proven" if passed else f"{sum(not check.passed for check in checks)} of {len(checks)} failed", err=True
        )
    context.exit(0 if passed else 1)


COMMANDS = (prove, check, marks)
