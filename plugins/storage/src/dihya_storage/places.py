"""Whether all machines on one database see the same files."""

from __future__ import annotations

import logging
from pathlib import Path

from dihya_hookspecs import DihyaError
from dihya_hookspecs.acts import current, get
from dihya_hookspecs.app import AppInfo
from dihya_hookspecs.data import Database
from sqlalchemy import select

from .files import Files
from .models import Holding
from .service import folder_of
from .settings import Settings

log = logging.getLogger("dihya.storage")
NEWEST = 20
_HOW = "set [storage] url to a folder that all machines see"


def probe() -> str:
    """Say where the files are; raise DihyaError when some of the newest are not there, since another machine keeps them."""
    folder = folder_of(get(Settings), get(AppInfo).data)
    alone = get(Database).engine.dialect.name == "sqlite"
    files = Files(folder)
    newest = select(Holding.digest).order_by(Holding.created_at.desc()).limit(NEWEST)
    found = current().session.scalars(newest).all()
    if missing := [digest for digest in found if not files.has(digest)]:
        todo = (
            "put them back from a backup"
            if alone
            else f"so another machine keeps them: {_HOW}, and copy what each of them has into it"
        )
        said = f"{len(missing)} of the newest {len(found)} files are not in {str(folder)!r}; {todo}"
        raise DihyaError(said, code="storage-local")
    if alone:
        return "files and database are on one machine"
    return f"the newest files are in {folder}" if get(Settings).url else _local(folder)


def say() -> None:
    """Write into the log that files are local, where another machine may use the same database."""
    settings = get(Settings)
    if not settings.url and get(Database).engine.dialect.name != "sqlite":
        log.warning("%s", _local(folder_of(settings, get(AppInfo).data)))


def _local(folder: Path) -> str:
    return f"files are local to this machine ({folder}); where another one shares the database, {_HOW}"
