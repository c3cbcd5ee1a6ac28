"""Installing, upgrading and uninstalling, in an environment of its own and with real processes: what fails leaves what was there."""

import json
import os
import shutil
import signal
import sqlite3
import subprocess
import zipfile
from copy import copy

import pytest

pytestmark = pytest.mark.journey

DOCTOR = ("doctor",)
COMPANY = ("audit", "club", "db", "keys", "logs", "migrations", "plugins")
PYPROJECT = """[project]
name = "dihya-club"
version = "{version}"
requires-python = ">=3.11"
dependencies = ["dihya-hookspecs>=2,<3"]

[project.entry-points."dihya.plugins"]
club = "dihya_club"

[build-system]
requires = ["uv_build>=0.13,<0.14"]
build-backend = "uv_build"
"""
FACE = '''"""A club."""
from dihya_hookspecs import hookimpl
from dihya_hookspecs.app import SetupStep


@hookimpl
def register_setup():
    def run():
        return "nothing to do"

    return SetupStep("club", run)
'''
MODELS = '''"""Its table."""
from dihya_hookspecs.data import Record, impersonal
from sqlalchemy import String
from sqlalchemy.orm import Mapped


class Boat(Record):
    """A boat."""

    __tablename__ = "club_boats"

    name: Mapped[str] = impersonal("a name of a boat", String(50))
'''
FIRST = '''"""The table."""
import sqlalchemy as sa
from alembic import op

revision = "club_0001"
down_revision = None


def upgrade():
    op.create_table(
        "club_boats",
        sa.Column("id", sa.Uuid(), primary_key=True),
        sa.Column("name", sa.String(50), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
    )


def downgrade():
    op.drop_table("club_boats")
'''
SECOND = '''"""A colour."""
import sqlalchemy as sa
from alembic import op

revision = "club_0002"
down_revision = "club_0001"


def upgrade():
    with op.batch_alter_table("club_boats") as boats:
        boats.add_column(sa.Column("colour", sa.String(20), nullable=True))
    {more}


def downgrade():
    with op.batch_alter_table("club_boats") as boats:
        boats.drop_column("colour")
'''
COLOUR = '    colour: Mapped[str | None] = impersonal("a colour", String(20))\n'


@pytest.fixture(scope="module")
def template(installation_class, tmp_path_factory):
    """A small application, set up, in an environment in which nothing but its own packages can be changed."""
    one = installation_class(tmp_path_factory.mktemp("system"))
    names = ", ".join(f'"{name}"' for name in COMPANY)
    (one.folder / "dihya.toml").write_text(f'[dihya]\ndata = "instance"\n\n[plugins]\nenable = [{names}]\n')
    one.setup()
    return one


@pytest.fixture(scope="module")
def crewed(template, tmp_path_factory):
    """The same, in which version 0.1.0 of the club is installed, with a row."""
    one = moved(template, tmp_path_factory.mktemp("crewed") / "system")
    write_club(one.folder)
    one.run("plugins", "install", "dihya-club")
    with sqlite3.connect(one.data / "dihya.db") as connection:
        connection.execute(
            "INSERT INTO club_boats (id, name, version, created_at, changed_at) "
            "VALUES ('0' || hex(randomblob(15)) || '0', 'Tanit', 1, '2026-01-01', '2026-01-01')"
        )
    return one


def moved(one, folder):
    """Return a copy of an installation, which knows nothing of the first."""
    shutil.copytree(one.folder, folder, symlinks=True)
    other = copy(one)
    other.folder, other.environment, other.data = folder, folder / "venv", folder / "instance"
    other.python = other.environment / "bin" / "python"
    return other


@pytest.fixture
def place(template, tmp_path):
    """The small application, to be changed."""
    return moved(template, tmp_path / "system")


@pytest.fixture
def sailing(crewed, tmp_path):
    """The small application with the club, to be changed."""
    one = moved(crewed, tmp_path / "system")
    one.before = rows(one)
    return one


def write_club(where, version="0.1.0", **changed):
    """Write the folder of the plugin ``club``, of a version and with changed files."""
    folder = where / "dihya-club"
    shutil.rmtree(folder, ignore_errors=True)
    package = folder / "src" / "dihya_club"
    (package / "migrations").mkdir(parents=True)
    (folder / "pyproject.toml").write_text(changed.pop("pyproject", PYPROJECT.format(version=version)))
    (package / "__init__.py").write_text(changed.pop("face", FACE))
    (package / "models.py").write_text(MODELS + changed.pop("column", ""))
    (package / "migrations" / "0001_first.py").write_text(FIRST)
    if second := changed.pop("second", ""):
        (package / "migrations" / "0002_colour.py").write_text(second)
    assert not changed
    return folder


def said(done):
    """Everything that a command printed."""
    return done.stdout.decode() + done.stderr.decode()


def state(place, *more):
    """Version and state of the club, None when it is not there; *more* commands that look, such as the doctor, must end well."""
    listed, _ = json.JSONDecoder().raw_decode(place.ask(("plugins", "--json"), *more).decode())
    found = {item["name"]: item for item in listed}
    return (found["club"]["version"], found["club"]["state"]) if "club" in found else None


def rows(place):
    """The columns and the names in the table of boats; None when there is no table."""
    with sqlite3.connect(place.data / "dihya.db") as connection:
        columns = [row[1] for row in connection.execute("PRAGMA table_info(club_boats)")]
        return (columns, connection.execute("SELECT name FROM club_boats").fetchall()) if columns else None


def left(place):
    """What an installation leaves behind when it should not."""
    (site,) = place.environment.glob("lib/python*/site-packages")
    return [path.name for path in site.glob(".dihya-*")] + [path.name for path in place.data.glob("install.json*")]


def unharmed(place):
    """Tell that the version before runs on with its rows, and that the doctor finds nothing."""
    assert state(place, DOCTOR) == ("0.1.0", "active")
    assert rows(place) == place.before and rows(place)[1] == [("Tanit",)]
    assert left(place) == []


@pytest.mark.parametrize(
    ("line", "tool"),
    [("./dihya-club", "uv"), ("{wheel}", "uv"), ("club.zip", "uv"), ("dihya-club", "pip")],
)
def test_the_documented_lines_install_the_folder(place, line, tool, tmp_path):
    """The lines install the folder as they are written, with uv and without; never a package of that name from an index."""
    folder = write_club(place.folder)
    if "{wheel}" in line:
        subprocess.run(["uv", "build", "-q", "--wheel", "-o", tmp_path, folder], check=True, env=searching(place))
    if line == "club.zip":
        with zipfile.ZipFile(place.folder / line, "w") as archive:
            for path in folder.rglob("*"):
                archive.write(path, path.relative_to(place.folder))
        shutil.rmtree(folder)
    if tool == "pip":
        (place.environment / "bin" / "uv").unlink()
    line = line.format(folder=folder, wheel=tmp_path / "dihya_club-0.1.0-py3-none-any.whl")
    assert "club 0.1.0 is installed" in said(place.run("plugins", "install", line, offline=True))
    assert state(place) == ("0.1.0", "active")
    assert rows(place) is not None and left(place) == []


def searching(place):
    return {**os.environ, "PATH": f"{place.environment / 'bin'}:{os.environ['PATH']}"}


def test_an_upgrade_brings_code_and_tables(sailing):
    """An upgrade brings code and tables and keeps the rows."""
    write_club(sailing.folder, "0.2.0", column=COLOUR, second=SECOND.format(more=""))
    sailing.run("plugins", "install", "dihya-club")
    assert state(sailing, DOCTOR) == ("0.2.0", "active")
    columns, names = rows(sailing)
    assert "colour" in columns and names == [("Tanit",)] and left(sailing) == []


BROKEN = {
    "its migration raises": {"column": COLOUR, "second": SECOND.format(more='raise RuntimeError("no")')},
    "its module raises": {"face": 'raise RuntimeError("no")\n'},
    "its set-up step raises": {
        "face": FACE.replace('return "nothing to do"', 'raise RuntimeError("no")'),
        "column": COLOUR,
        "second": SECOND.format(more=""),
    },
    "its start raises": {
        "face": FACE + '\n\n@hookimpl\ndef on_startup(app_info):\n    raise RuntimeError("no")\n',
        "column": COLOUR,
        "second": SECOND.format(more=""),
    },
    "it ends the process": {"face": "import os\nos._exit(0)\n"},
    "it imports what it does not declare": {"face": "import nowhere_declared\n"},
    "it waits in a circle": {
        "pyproject": PYPROJECT.format(version="0.2.0").replace(
            "[build-system]",
            '[project.entry-points."dihya.after"]\ndb = "dihya_club"\n\n'
            '[project.entry-points."dihya.before"]\ndb = "dihya_club"\n\n[build-system]',
        )
    },
    "it is for another contract": {"pyproject": PYPROJECT.format(version="0.2.0").replace(">=2,<3", ">=3,<4")},
    "it needs what is not there": {
        "pyproject": PYPROJECT.format(version="0.2.0").replace('"dihya-hookspecs', '"no-such>=1", "dihya-hookspecs')
    },
}


@pytest.mark.parametrize("what", BROKEN)
def test_an_upgrade_that_fails_leaves_the_version_before(sailing, what):
    """Its code, its tables and its rows stay; the message says why."""
    write_club(sailing.folder, "0.2.0", **BROKEN[what])
    done = sailing.run("plugins", "install", "dihya-club", code=1)
    assert "club" in said(done) and "Traceback" not in said(done)
    unharmed(sailing)


def test_a_first_installation_that_fails_leaves_nothing(place):
    """Neither package nor tables nor the version of these."""
    write_club(place.folder, face=FACE.replace('return "nothing to do"', 'raise RuntimeError("no")'))
    place.run("plugins", "install", "dihya-club", code=1)
    assert state(place, DOCTOR) is None and rows(place) is None and left(place) == []
    with sqlite3.connect(place.data / "dihya.db") as connection:
        assert not connection.execute("SELECT name FROM sqlite_master WHERE name LIKE 'club%'").fetchall()


DIE = '__import__("os").kill(__import__("os").getpid(), 9)'
STOPPED = {
    "before its tables are changed": ("parcel.unpack(new)", DIE, "is undone now", "0.1.0"),
    "after its tables are changed": ("move.swapping = True", DIE, "is undone now", "0.1.0"),
    "before the files change places": ("move.swap()", DIE, "is finished now", "0.2.0"),
}


@pytest.mark.parametrize("moment", STOPPED)
def test_an_upgrade_that_is_killed_is_finished_or_undone_by_the_next_command(sailing, moment):
    """Which of the two depends on how far it came; both are said, and leave the rows."""
    place, what, ends, version = STOPPED[moment]
    write_club(sailing.folder, "0.2.0", column=COLOUR, second=SECOND.format(more=""))
    code = f"""
import dihya_plugins.installation as i
text = open(i.__file__).read()
at = text.index({place!r}, text.index("def _stage" if "unpack" in {place!r} else "def _take_in"))
line = text.rindex("\\n", 0, at) + 1
text = text[:line] + " " * (at - line) + {what!r} + "\\n" + text[line:]
exec(compile(text, i.__file__, "exec"), i.__dict__)
from dihya_core.cli.main import main
main()
"""
    done = subprocess.run(
        [sailing.python, "-c", code, "plugins", "install", "dihya-club"],
        cwd=sailing.folder,
        env=sailing.variables,
        capture_output=True,
        check=False,
    )
    assert done.returncode == -signal.SIGKILL, said(done)
    assert ends in said(sailing.run("plugins"))
    assert state(sailing, DOCTOR)[0] == version and left(sailing) == []
    assert rows(sailing)[1] == [("Tanit",)] and ("colour" in rows(sailing)[0]) == (version == "0.2.0")


DYING = {
    "before its tables are changed": ("run", "failed", "0.1.0"),
    "before the files change places": ("swap", "done", "0.2.0"),
}


@pytest.mark.parametrize("moment", DYING)
def test_a_change_from_the_console_whose_process_dies_is_finished_or_undone(sailing, moment, tmp_path):
    """The process that is started next does it; its record says which, and the rows are there."""
    method, ends, version = DYING[moment]
    folder = write_club(sailing.folder, "0.2.0", column=COLOUR, second=SECOND.format(more=""))
    code = f"""
import json, os, sys
from pathlib import Path
from dihya_plugins import job, work
from dihya_plugins.swap import Move, lock
from dihya_plugins.trials import Trials
data = Path({str(sailing.data)!r})
told = {{"data": str(data), "config": {str(sailing.folder / "dihya.toml")!r}, "who": "Ann", "wheel": {str(folder)!r}}}
if sys.argv[1] == "die":
    work.write(data, work.new("install", "club", "0.2.0", "p1"))
    setattr(*{{"run": (Trials, "run"), "swap": (Move, "swap")}}[{method!r}], lambda *_, **__: os.kill(os.getpid(), 9))
job.main(told | {{"lock": lock(data, "Ann", "install club"), "resume": sys.argv[1] == "mend"}})
"""

    def process(how):
        command = [sailing.python, "-c", code, how]
        return subprocess.run(command, cwd=sailing.folder, env=sailing.variables, capture_output=True, check=False)

    assert process("die").returncode == -signal.SIGKILL
    done = process("mend")
    assert done.returncode == 0, said(done)
    record = json.loads((sailing.data / ".install" / "work.json").read_text())
    assert record["state"] == ends, record
    assert state(sailing) == (version, "active") and left(sailing) == []
    assert rows(sailing)[1] == [("Tanit",)] and ("colour" in rows(sailing)[0]) == (version == "0.2.0")


def test_a_plugin_that_is_uninstalled_leaves_its_data(sailing):
    """The command says which; nothing that names the plugin stops a start; installed again, it has its rows again."""
    told = said(sailing.run("plugins", "uninstall", "club"))
    assert "club is uninstalled" in told and "reload another server yourself" in told
    assert "kept: table club_boats: 1 row" in told
    config = (sailing.folder / "dihya.toml").read_text()
    (sailing.folder / "dihya.toml").write_text(config + "\n[club]\nname = 1\n")
    assert state(sailing) is None and rows(sailing) == sailing.before and left(sailing) == []
    sailing.run("setup")
    sailing.run("doctor")
    (sailing.folder / "dihya.toml").write_text(config)
    sailing.run("plugins", "install", "dihya-club")
    assert state(sailing) == ("0.1.0", "active") and rows(sailing) == sailing.before


def test_a_plugin_that_is_purged_leaves_nothing(sailing):
    """Neither tables nor their version, nor files nor settings; first it says what would be lost, and does nothing."""
    (sailing.data / "club").mkdir()
    told = said(sailing.run("plugins", "purge", "club", code=1))
    assert "lost for good: table club_boats: 1 row" in told and "--yes" in told
    unharmed(sailing)
    sailing.run("plugins", "purge", "club", "--yes")
    assert state(sailing, DOCTOR) is None and rows(sailing) is None and not (sailing.data / "club").exists()
    with sqlite3.connect(sailing.data / "dihya.db") as connection:
        assert not connection.execute("SELECT name FROM sqlite_master WHERE name LIKE 'club%'").fetchall()
    assert "club" not in (sailing.folder / "dihya.toml").read_text()


def test_an_upgrade_is_undone(sailing):
    """The version before is back with its tables and rows; what the newer column held is gone. Undone again, it is newer again."""
    write_club(sailing.folder, "0.2.0", column=COLOUR, second=SECOND.format(more=""))
    sailing.run("plugins", "install", "dihya-club")
    assert "club 0.1.0 is there again" in said(sailing.run("plugins", "undo", "club"))
    unharmed(sailing)
    assert "club 0.2.0 is there again" in said(sailing.run("plugins", "undo", "club"))
    assert state(sailing, DOCTOR) == ("0.2.0", "active")
    assert "colour" in rows(sailing)[0] and rows(sailing)[1] == [("Tanit",)]


def test_undoing_an_upgrade_that_fails_leaves_the_newer_version(sailing):
    """Its tables stay with it: the code that is there brings them to where they were again."""
    write_club(sailing.folder, "0.2.0", column=COLOUR, second=SECOND.format(more=""))
    sailing.run("plugins", "install", "dihya-club")
    code = """
import dihya_plugins.swap as s
s.Move.swap = lambda self: 1 / 0
from dihya_core.cli.main import main
main()
"""
    command = [sailing.python, "-c", code, "plugins", "undo", "club"]
    subprocess.run(command, cwd=sailing.folder, env=sailing.variables, capture_output=True, check=False)
    assert state(sailing, DOCTOR) == ("0.2.0", "active") and left(sailing) == []
    assert "colour" in rows(sailing)[0] and rows(sailing)[1] == [("Tanit",)]


def test_taking_a_plugin_out_is_undone(sailing):
    """Its folder is not needed: the code was kept, until the plugin is purged."""
    assert "'dihya plugins undo club' brings it back, with its data" in said(
        sailing.run("plugins", "uninstall", "club")
    )
    shutil.rmtree(sailing.folder / "dihya-club")
    sailing.run("plugins", "undo", "club")
    unharmed(sailing)
    sailing.run("plugins", "undo", "club", code=1)
    sailing.run("plugins", "purge", "club", "--yes")
    assert "nothing is kept" in said(sailing.run("plugins", "undo", "club", code=1))


def test_an_editable_plugin_runs_from_its_authors_folder(place):
    """A change is there at the next start, and an ordinary installation takes its place."""
    folder = write_club(place.folder)
    place.run("plugins", "install", "--editable", "dihya-club")
    text = (folder / "src" / "dihya_club" / "__init__.py").read_text()
    (folder / "src" / "dihya_club" / "__init__.py").write_text(text.replace('"club"', '"boats"'))
    assert "boats" in said(place.run("setup"))
    place.run("db", "revision", "club", "-m", "nothing", code=1)
    place.run("plugins", "install", "dihya-club")
    assert not list(place.environment.glob("lib/python*/site-packages/*.pth")) or state(place) == ("0.1.0", "active")


def test_a_full_disk_changes_nothing(sailing):
    """The version before runs on."""
    write_club(sailing.folder, "0.2.0", column=COLOUR, second=SECOND.format(more=""))
    code = """
import errno, dihya_plugins.packages as p
def full(self, place):
    raise OSError(errno.ENOSPC, "No space left on device")
p.Parcel.unpack = full
from dihya_core.cli.main import main
main()
"""
    done = subprocess.run(
        [sailing.python, "-c", code, "plugins", "install", "dihya-club"],
        cwd=sailing.folder,
        env=sailing.variables,
        capture_output=True,
        check=False,
    )
    assert done.returncode == 1 and "No space left on device" in said(done)
    unharmed(sailing)


def broken(place, name):
    """Break the installed code of a plugin, as a disk or a hand would."""
    (face,) = place.environment.glob(f"lib/python*/site-packages/dihya_{name}/__init__.py")
    face.write_text("raise RuntimeError('broken')\n")


def test_a_plugin_without_which_nothing_is_served_is_undone_in_safe_mode(sailing):
    """Its newer version broke: no command runs, and the one that undoes does; others stay out of safe mode."""
    write_club(sailing.folder, "0.2.0")
    sailing.run("plugins", "install", "dihya-club")
    config = (sailing.folder / "dihya.toml").read_text()
    (sailing.folder / "dihya.toml").write_text(config.replace("[plugins]", '[plugins]\nrequired = ["club"]'))
    broken(sailing, "club")
    assert "required plugin 'club' cannot run" in said(sailing.run("plugins", code=1))
    listed = json.loads(sailing.run("--safe-mode", "plugins", "--json").stdout)
    assert [item["name"] for item in listed if item["state"] == "active"] == ["plugins"]
    assert "club 0.1.0 is there again" in said(sailing.run("--safe-mode", "plugins", "undo", "club"))
    unharmed(sailing)


def test_a_broken_plugin_is_taken_out_and_stops_no_other_from_coming(sailing):
    """While it is quarantined another one is installed; its own data stays when it is uninstalled."""
    broken(sailing, "club")
    folder = write_club(sailing.folder)
    text = {path: path.read_text().replace("club", "choir") for path in folder.rglob("*") if path.is_file()}
    choir = sailing.folder / "dihya-choir"
    for path, content in text.items():
        copy = choir / str(path.relative_to(folder)).replace("club", "choir")
        copy.parent.mkdir(parents=True, exist_ok=True)
        copy.write_text(content)
    config = (sailing.folder / "dihya.toml").read_text()
    (sailing.folder / "dihya.toml").write_text(config.replace('"club"', '"club", "choir"'))
    assert "choir 0.1.0 is installed" in said(sailing.run("plugins", "install", "dihya-choir"))
    assert state(sailing)[1] == "quarantined"
    assert "club is uninstalled" in said(sailing.run("plugins", "uninstall", "club"))
    assert state(sailing) is None and rows(sailing) == sailing.before


def test_nothing_comes_in_where_nothing_is_set_up(installation_class, tmp_path):
    """The message says what to do first, and the plugin is not installed."""
    one = installation_class(tmp_path)
    write_club(tmp_path)
    assert "run 'dihya setup' first" in said(one.run("plugins", "install", "dihya-club", code=1))
    assert state(one) is None
