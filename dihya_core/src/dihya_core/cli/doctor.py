"""``dihya doctor``: what is wrong, found as a start would find it."""

from __future__ import annotations

import json
import shutil
import sys
from importlib.util import find_spec
from typing import NamedTuple

import click
from dihya_hookspecs import DihyaError
from dihya_hookspecs.access import OPERATOR
from dihya_hookspecs.events import Outbox
from dihya_hookspecs.ops import Health

from dihya_core.cli.context import UNPREPARED, CommandContext, run
from dihya_core.hooks.containment import described
from dihya_core.settings.core_settings import TRUST


class Finding(NamedTuple):
    """What the doctor found: ``critical`` when it makes the exit code 1."""

    check: str
    ok: bool
    detail: str
    critical: bool = True


@click.command()
@click.option("--json", "as_json", is_flag=True, help="Print one JSON array.")
@run
def doctor(context: CommandContext, as_json: bool) -> None:
    """Look for what is wrong: environment, configuration, plugins, health checks. Exit code 1 for what is critical.

    The application is built as ``serve`` builds it, so that what would be left out there is said here.
    """
    stopped = assemble(context, started=True)
    findings = [*_environment(context), *_plugins(context)]
    if stopped is not None:
        findings.append(Finding("start", False, stopped.message))
    elif not context.safe_mode:
        findings += [Finding("setup", False, UNPREPARED)] if context.unprepared() else _health(context)
        findings += _published_in_vain(context)
    if as_json:
        click.echo(json.dumps([finding._asdict() for finding in findings], indent=1))
    else:
        for finding in findings:
            mark = "✔" if finding.ok else "✘" if finding.critical else "▲"
            click.echo(f"{mark} {finding.check}: {finding.detail}")
    if any(finding.critical and not finding.ok for finding in findings):
        raise SystemExit(1)


def _environment(context: CommandContext) -> list[Finding]:
    runtime = context.runtime
    found = runtime.configuration
    free = shutil.disk_usage(runtime.data if runtime.data.exists() else found.folder).free // 2**20
    return [
        Finding("python", sys.version_info >= (3, 11), sys.version.split()[0]),
        Finding("disk", free > 200, f"{free} MB free"),
        Finding("configuration", not found.faults, str(found.path or "defaults only")),
        *(Finding(f"setting {fault.key}", False, str(fault)) for fault in found.faults),
        *(Finding("configuration", False, warning, critical=False) for warning in found.warnings),
    ]


def _plugins(context: CommandContext) -> list[Finding]:
    runtime, found = context.runtime, []
    for info in runtime.all():
        name = f"plugin {info.name}"
        if info.state not in ("active", "disabled"):
            found.append(Finding(name, False, f"{info.state}: {info.reason}"))
        if info.judgement is not None and not info.judgement.against:
            found += [Finding(name, False, said, critical=False) for said in info.judgement.said]
        for trouble in info.troubles:
            found.append(Finding(name, False, str(trouble), trouble.kind == "failing" and not trouble.machine))
        given = runtime.plugins[info.name].candidate.module is not None
        if info.state == "active" and not given and find_spec(info.package) is None:
            found.append(Finding(name, False, f"installed, but {info.package} cannot be found; install it again"))
    for name, lost in TRUST.items():
        if name not in runtime.plugins and name not in runtime.switches.accept_loss_of:
            said = f"is not installed: {lost.en}; install dihya-{name}, or list it in [plugins] accept_loss_of"
            found.append(Finding(f"plugin {name}", False, said, critical=False))
    outdated = [(name, said) for name, lines in runtime.hook_caller.outdated.items() for said in lines]
    return found + [
        Finding(f"plugin {name}", False, said, critical=False) for name, said in [*runtime.misspelt(), *outdated]
    ]


def _published_in_vain(context: CommandContext) -> list[Finding]:
    """Say which plugins publish or listen where no plugin keeps events."""
    if context.acts.services.provides(Outbox):
        return []
    hooks = ("register_events", "register_subscriptions")
    names = sorted({plugin for hook in hooks for plugin, _ in context.runtime.collected(hook)})
    said = f"{', '.join(names)} publish or listen, and nobody keeps events; install or enable dihya-events"
    return [Finding("events", False, said, critical=False)] if names else []


def _health(context: CommandContext) -> list[Finding]:
    with context.acts.open("core.doctor", actor=OPERATOR) as act:
        results = act.get(Health).ask()
    return [
        Finding(
            item.name if item.name.split(".")[0] == item.plugin else f"{item.plugin}: {item.name}",
            item.state == "ok",
            f"fails for the same cause as {item.same_as}" if item.same_as else item.said,
            item.critical,
        )
        for item in results
    ]


def assemble(context: CommandContext, *, started: bool) -> DihyaError | None:
    """Build the application as ``serve`` does, so that what fails there is known; return what would stop it.

    Args:
        started: also do what is done right before serving.
    """
    from dihya_core.app import mounted
    from dihya_core.lifecycle import gather

    if context.safe_mode:
        return None
    try:
        if started:
            context.start()
        elif context.mounted is None:
            mounted(context.runtime, context.acts)
        context.runtime.collected("register_commands")
        gather(context.runtime)
    except DihyaError as error:
        return error
    except Exception as error:  # of a hook whose failure keeps the application from starting
        return DihyaError(f"the application cannot start: {described(error)}", code="start")
    return None
