"""What an error stands for: its HTTP status, and the sentence that people are told."""

from __future__ import annotations

import sys

from dihya_hookspecs import DihyaError, Invalid


def status_of(error: BaseException) -> int:
    """Return the HTTP status that an error stands for."""
    if isinstance(error, DihyaError):
        return error.status
    if isinstance(error, (SystemExit, KeyboardInterrupt)) or type(error).__module__.startswith("click"):
        return 400  # a wrong call, or somebody who changed their mind
    code = getattr(error, "code", None)
    return code if isinstance(code, int) and 400 <= code < 600 else 500


def explained(error: BaseException) -> BaseException:
    """Return the error that people are told: a row that changed under somebody's hands is a conflict, in every plugin."""
    orm = sys.modules.get("sqlalchemy.orm.exc")
    if orm is not None and isinstance(error, (orm.StaleDataError, orm.ObjectDeletedError)):
        return Invalid("the record has changed meanwhile; read it again", code="stale", status=409)
    if type(error).__name__ == "IntegrityError" and _clashes(getattr(error, "orig", None)):
        return Invalid(
            "the database refuses this: something else has taken its place, or is gone", code="clash", status=409
        )
    return error


def _clashes(original: object) -> bool:
    """True for two rows of which only one may be, and for a reference to one that is gone; not for a mistake of ours."""
    return getattr(original, "sqlstate", "") in ("23503", "23505") or str(original).startswith(("UNIQUE ", "FOREIGN "))


def lacks_table(error: BaseException | None) -> bool:
    """Tell whether an error comes from a table that is not there, as before ``dihya setup``; of SQLite or PostgreSQL."""
    while error is not None:
        original = getattr(error, "orig", None)
        if getattr(original, "sqlstate", "") == "42P01" or str(original).startswith("no such table"):
            return True
        error = error.__cause__
    return False
