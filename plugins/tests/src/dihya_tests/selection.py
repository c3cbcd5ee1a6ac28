"""Which tests of a run are left out: those of the other engine or that no engine can change, and those of another share of a sweep."""

from __future__ import annotations

import os
import zlib
from argparse import ArgumentTypeError
from collections.abc import Callable

import pytest

Wanted = Callable[[pytest.Item], bool]
ENGINE = "engine"
"""The mark of a test that only one engine can answer, with the name of that engine."""
ENGINES = ("sqlite", "postgresql")


def add_options(group: pytest.OptionGroup) -> None:
    """Add ``--only-database`` and ``--share N/M``."""
    group.addoption(
        "--only-database", action="store_true", help="leave out the tests that start no application and use no database"
    )
    group.addoption(
        "--share",
        type=share_of,
        metavar="N/M",
        help="run one of M shares of the tests, the Nth: M runs with N from 1 to M run each test once",
    )


def select(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Take those out of *items* that the run leaves out, and report them as deselected."""
    wanted: list[Wanted] = [lambda item: not of_the_other_engine(item)]
    if config.getoption("--only-database"):
        wanted.append(_touches_a_database)
    if share := config.getoption("--share"):
        wanted.append(lambda item: zlib.crc32(item.nodeid.encode()) % share[1] == share[0] % share[1])
    left = [item for item in items if not all(keeps(item) for keeps in wanted)]
    if left:
        gone = set(map(id, left))
        items[:] = [item for item in items if id(item) not in gone]
        config.hook.pytest_deselected(items=left)


def engine_of(item: pytest.Item) -> str:
    """Return the engine that a test is for; nothing for one that both can answer. Raises UsageError for no engine."""
    mark = item.get_closest_marker(ENGINE)
    if mark is None:
        return ""
    if mark.args not in ((ENGINES[0],), (ENGINES[1],)):
        raise pytest.UsageError(f"{item.nodeid}: pytest.mark.engine takes 'sqlite' or 'postgresql', not {mark.args!r}")
    return str(mark.args[0])


def of_the_other_engine(item: pytest.Item) -> bool:
    """Tell whether only the engine can answer a test which this run does not have."""
    return engine_of(item) not in ("", "postgresql" if "DIHYA_TEST_DB_URL" in os.environ else "sqlite")


def _touches_a_database(item: pytest.Item) -> bool:
    used = getattr(item, "fixturenames", ())
    return not {"make_app", "postgresql", "postgresql_server"}.isdisjoint(used)


def share_of(text: str) -> tuple[int, int]:
    """Read ``N/M``, two whole numbers with 1 ≤ N ≤ M.

    Raises:
        argparse.ArgumentTypeError: with what was read, and what a share looks like.
    """
    number, _slash, parts = text.partition("/")
    if not (number.isdecimal() and parts.isdecimal() and 1 <= int(number) <= int(parts)):
        raise ArgumentTypeError(f"a share is N/M with N from 1 to M, such as 1/4, not {text!r}")
    return int(number), int(parts)
