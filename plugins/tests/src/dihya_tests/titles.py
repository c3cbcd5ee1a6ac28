"""The lines of a proof, in words; the catalogue has them in French. They are translated where they are shown."""

from __future__ import annotations

from typing import Any

from dihya_hookspecs.generation import Check


def _(message: str) -> str:
    """Mark a sentence for the catalogue."""
    return message


ISOLATED = _("what runs sees nothing of this machine")
ONE_NAME = _("one name")
BUILT = _("built without code of its own")
COMPILES = _("every file compiles")
IMPORTS = _("imports only what it declares")
CALLS = _("starts no process and builds no code")
EGRESS = _("says whom it talks to")
CATALOGUE = _("the French catalogue is complete")
PROVENANCE = _("the provenance is true")
SECTIONS = _("the README has its sections")
README = _("there is a README")
UNDISTURBED = _("the tests leave pytest as it is")
HAS_TESTS = _("it has tests")
INSTALLS = _("installs in a fresh environment")
ENTRY_POINT = _("entry point")
COLUMNS = _("every column says what it is")
PERMISSIONS = _("every view has a permission")
MIGRATIONS = _("its migrations make the tables of its models")
TESTS_PASS = _("its tests pass")
NO_NETWORK = _("no network")
LIMITS = _("within limits")

KEPT_AWAY = _("files, processes, network, privileges and system calls were tried from inside, and are kept away")
NOT_ISOLATED = _("not isolated: %(missing)s")
ACCEPTED = _("not isolated, and run all the same because that was accepted: %(missing)s")
HOUSE_CODE = _("not isolated, and run all the same because this application wrote the code: %(missing)s")
NOT_RUN = _("not run, because of: %(lines)s")
COUNT = _("%(count)s tests")
NO_TEST = _("no test ran")
SOME_FAILED = _("%(failed)s of %(count)s tests failed")
NOT_LOADED = _("these files of tests cannot be loaded: %(names)s")
CUT_OFF = _("the run ended before its end")
LEFT_OUT = _("these tests are in the files and did not run: %(names)s")
BLIND = _("a test that must fail did not: something changes what the run reports")
EXIT = _("exit code %(code)s: %(said)s")
TOO_LONG = _("it took longer than %(limit)s seconds")
TOO_MUCH = _("it used more than %(memory)s MB of memory")
USED = _("%(took)s of %(limit)s seconds, %(peak)s of %(memory)s MB of memory")
QUIET = _("nothing tried to leave this machine")
TRIED = _("something tried to reach %(targets)s")
TRIED_SOMEWHERE = _("%(count)s attempts to leave this machine, counted by the kernel")
NOT_COUNTED = _("nobody could count the attempts, because the run was ended from outside or was not isolated")
NO_TABLES = _("it has no tables")
TABLES = _("%(count)s tables, made, taken away and made again")


def line(name: str, passed: bool, seconds: float, message: str = "", **values: Any) -> Check:
    """Return a line of the proof whose sentence is in the catalogue."""
    shown = {key: value if isinstance(value, int) else str(value) for key, value in values.items()}
    return Check(name, passed, seconds, message % shown if values else message, message, shown)
