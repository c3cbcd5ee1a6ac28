"""``dihya serve``."""

from __future__ import annotations

import click
from dihya_hookspecs.app import needs_setup


@needs_setup
@click.command()
@click.option("--host", help="Address to listen on (setting wsgi.host, 127.0.0.1).")
@click.option("--port", type=click.IntRange(1, 65535), help="Port to listen on (setting wsgi.port, 8000).")
@click.option("--workers", type=click.IntRange(1, 64), help="Processes that answer (setting wsgi.workers, 1).")
@click.option(
    "--threads", type=click.IntRange(1, 1024), help="Requests at a time per worker (setting wsgi.threads, 16)."
)
@click.pass_context
def serve(context: click.Context, host: str | None, port: int | None, workers: int | None, threads: int | None) -> None:
    """Serve the application until SIGTERM or Ctrl-C.

    Prints the address, in a frame and as the last thing, once it really answers.
    """
    from dihya_hookspecs.acts import current
    from dihya_hookspecs.app import AppInfo

    from . import address
    from .launch import Plan, environment, hold, launch
    from .settings import Settings

    given = {"host": host, "port": port, "workers": workers, "threads": threads}
    settings = current().get(Settings).model_copy(update={name: value for name, value in given.items() if value})
    plan = Plan.of(settings, address.free(settings.host, settings.port))
    root = context.find_root()
    variables = environment(root.params, plan.threads)
    data = current().get(AppInfo).data

    if trouble := _database_trouble():
        click.echo(f"warning: {trouble}; serving all the same, until then pages answer 503", err=True)

    # The server starts when this command and its act are over: nothing of them lives on in it.
    def become_the_server() -> None:
        hold(data)
        launch(plan, variables)

    root.call_on_close(become_the_server)


def _database_trouble() -> str:
    """Say in one sentence why the database cannot be reached; empty when it can, or when there is none."""
    from dihya_hookspecs import DihyaError
    from dihya_hookspecs.acts import current
    from dihya_hookspecs.data import Database

    try:
        current().get(Database).engine.connect().close()
    except DihyaError as error:
        return error.message if error.code.startswith("database-") else ""
    return ""


COMMANDS = (serve,)
