"""Whether the keys that are here are those of the database, and one sentence on what to do where they are not."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from dihya_hookspecs import DihyaError

from .ledger import Ledger

if TYPE_CHECKING:
    from .service import FileKeys

log = logging.getLogger("dihya.keys")
_HOW = "run 'dihya keys export FILE' on the machine that has them, and 'dihya keys import FILE' here"


class Disagreement(DihyaError):
    """The keys in the folder are not those of the database."""

    def __init__(self, message: str) -> None:
        super().__init__(message, code="keys", status=503)


def ensure(keys: FileKeys) -> None:
    """Make what is declared and missing where that may be, and raise Disagreement where the keys belong elsewhere.

    A database that does not answer is no reason: whoever asks for a page hears of it, and the health check goes on asking.
    """
    try:
        agree(keys)
    except DihyaError as error:
        if not error.code.startswith("database-"):
            raise
        log.warning("the keys could not be compared with the database: %s", error.message)


def agree(keys: FileKeys) -> str:
    """Compare folder and database, make the keys that are declared and that nobody has yet; return one sentence."""
    ledger = keys.ledger
    if ledger is None or not ledger.ready:
        return "no database knows of keys yet"
    _same_installation(keys, ledger)
    known = {row.name for row in ledger.known()}
    for use in keys.uses():
        if use.name in known:
            continue
        if use.name not in keys.names():
            use.make() if use.make else keys.create(use.name)
        ledger.add(use.name, keys.first(use.name))
    compare(keys, ledger)
    return f"{len(keys.names())} keys in {keys.folder.path}"


def probe(keys: FileKeys) -> str:
    """Say that the keys are those of the database; raise Disagreement when they are not."""
    if keys.ledger is None or not keys.ledger.ready:
        return "no database knows of keys yet"
    compare(keys, keys.ledger)
    return f"{len(keys.names())} keys, those that the database knows"


def compare(keys: FileKeys, ledger: Ledger) -> None:
    """Raise Disagreement unless every key that the database knows is here."""
    wanted = {row.name: row.id for row in ledger.known() if not row.sealed}
    here = {name: keys.first(name).id for name in keys.names()}
    if missing := [name for name in wanted if name not in here]:
        raise elsewhere(missing, keys.folder.path)
    for name, id in wanted.items():
        if here[name] != id:
            raise Disagreement(
                f"key {name!r} in {str(keys.folder.path)!r} is {here[name]}, and the one of this database is {id}; move "
                f"{keys.folder.file(name).name} away, then {_HOW}"
            )


def elsewhere(names: Sequence[str], folder: Path) -> Disagreement:
    """Return the refusal where the database knows keys that are not in *folder*."""
    return Disagreement(
        f"this database belongs to an installation whose keys ({', '.join(sorted(names))}) are not in {str(folder)!r}; {_HOW}"
    )


def _same_installation(keys: FileKeys, ledger: Ledger) -> None:
    here, there = keys.folder.installation, ledger.installation()
    if here and not there:
        place = str(keys.folder.path)
        raise Disagreement(
            f"the keys in {place!r} belong to another database, and this one is new; set [db] url to the one they belong to, "
            f"put it back with 'dihya restore FILE', or move {place!r} away to begin anew"
        )
    if here and here != there:
        raise Disagreement(
            f"the keys in {str(keys.folder.path)!r} are of installation {here}, and this database is of installation {there}; "
            f"move them away, then {_HOW}"
        )
    if there and not here and not _all_known(keys, ledger):
        raise elsewhere([row.name for row in ledger.known() if not row.sealed], keys.folder.path)
    if not here:
        keys.folder.belong(there or ledger.begin())


def _all_known(keys: FileKeys, ledger: Ledger) -> bool:
    """Tell whether the folder has every key of the database: somebody has copied the files by hand."""
    here = {keys.first(name).id for name in keys.names()}
    return {row.id for row in ledger.known() if not row.sealed} <= here
