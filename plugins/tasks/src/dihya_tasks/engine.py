"""DBOS, and everything that is known of it: one process has one, workflows hold nothing but a task's id.

Nothing else imports DBOS (0.4 s). ``recover`` is the only use of something private.
"""

from __future__ import annotations

import logging
import os
import sqlite3
from collections.abc import Callable, Iterable
from contextlib import suppress
from pathlib import Path

from sqlalchemy import Engine, text

NAME = "dihya-tasks"
QUEUE = "dihya"
# One version for ever: DBOS offers a workflow only to executors of its own version, and tasks must survive an upgrade.
VERSION = "1"
LOST = ("ERROR", "CANCELLED", "MAX_RECOVERY_ATTEMPTS_EXCEEDED")

logging.getLogger("dbos").setLevel(logging.ERROR)

from dbos import DBOS, DBOSConfig, SetWorkflowID  # noqa: E402  (its logger is quiet first)


def _idle(id: str) -> None:
    """Stands in until the first launch."""


_execute: Callable[[str], None] = _idle


# Deaths of its process after which a task is given up: it may well be what kills it.
@DBOS.workflow(name="dihya_task", max_recovery_attempts=10)
def _task(id: str) -> None:
    _execute(id)


def launch(database: Engine, data: Path, executor: str, concurrency: int, execute: Callable[[str], None]) -> None:
    """Start DBOS in this process.

    Args:
        executor: its stable name.
        execute: called with the id of a task, again after each crash, until it returns.
    """
    global _execute
    _execute = execute
    config: DBOSConfig = {
        "name": NAME,
        "application_version": VERSION,
        "executor_id": executor,
        "enable_otlp": False,
        "log_level": "ERROR",
        "use_listen_notify": False,
        "notification_listener_polling_interval_sec": 0.2,
        "sys_db_pool_size": 5,
    }
    config.update(_place(database, data))
    # DBOS keeps a handler on what standard error was when it was first made, and flushes it; by now that may be closed.
    logging.getLogger("dbos").handlers.clear()
    DBOS(config=config)
    DBOS.launch()
    DBOS.register_queue(QUEUE, worker_concurrency=concurrency, polling_interval_sec=0.2, on_conflict="always_update")


def destroy() -> None:
    """Stop DBOS; what was running is taken up again by whoever holds the same executor name next."""
    DBOS.destroy()


def enqueue(id: str) -> None:
    """Hand a task over; the same *id* again changes nothing."""
    with SetWorkflowID(id):
        DBOS.enqueue_workflow(QUEUE, _task, id)


def step(name: str, work: Callable[[], str]) -> str:
    """Run *work* as a step of the workflow that is running, or return what it gave before."""
    return DBOS.run_step({"name": name}, work)


def states(ids: list[str]) -> dict[str, str]:
    """Return what DBOS says of these workflows; those that it does not know are left out."""
    found = DBOS.list_workflows(workflow_ids=ids, load_input=False, load_output=False)
    return {item.workflow_id: item.status for item in found}


def finished(limit: int = 200) -> list[str]:
    """Return ids of workflows that have ended."""
    found = DBOS.list_workflows(status=["SUCCESS", *LOST], limit=limit, load_input=False, load_output=False)
    return [item.workflow_id for item in found]


def forget(ids: list[str]) -> None:
    """Delete what DBOS holds of these workflows."""
    DBOS.delete_workflows(ids)


def recover(executors: Iterable[str]) -> int:
    """Take up what these executors left unfinished; the public way is a paid service."""
    return len(DBOS._recover_pending_workflows(list(executors)))


def is_ours(error: BaseException) -> bool:
    """Whether DBOS itself raised *error*."""
    return type(error).__module__.partition(".")[0] == "dbos"


def _place(database: Engine, data: Path) -> DBOSConfig:
    """Where DBOS keeps its tables: a file of its own beside SQLite, a schema of its own on PostgreSQL."""
    if database.dialect.name == "sqlite":
        path = data / "tasks.sqlite"
        with suppress(FileExistsError):  # closing a handle on a file that is in use would drop this process's locks
            os.close(os.open(path, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600))
        file = sqlite3.connect(path)
        file.execute("PRAGMA journal_mode=WAL")
        file.close()
        return {"system_database_url": f"sqlite:///{path}"}
    with database.connect() as connection:
        schema = connection.scalar(text("SELECT current_schema()"))
    return {
        "system_database_url": database.url.render_as_string(hide_password=False),
        "dbos_system_schema": f"{'dihya' if schema == 'public' else schema}_tasks",
    }
