"""What a plugin is, before any of its code runs."""

import json

import pytest
from dihya_hookspecs import Invalid, NotFound
from dihya_plugins.inspection import inspected
from dihya_tests.packing import packed

PERMISSIONS = """
from dihya_hookspecs.access import Permission
PERMISSIONS = (Permission("club:read", ("see", "voir"), ({roles})),)
raise SystemExit("it ran")
"""


def files(*roles):
    """Return the files of a plugin whose permission these roles get."""
    return {"permissions.py": PERMISSIONS.format(roles="".join(f"{role!r}, " for role in roles))}


@pytest.fixture
def look(make_app):
    """Return a function that inspects something."""

    def looking(said, *names, **options):
        app = make_app("plugins", *names)
        with app.act():
            return inspected(app.hooks, str(said), **options)

    return looking


def test_a_wheel_says_who_made_it_and_what_it_asks_for(tmp_path, look):
    """From its metadata: licence, authors, contract, requirements and whether they are here."""
    headers = [
        "License-Expression: MIT",
        "Author-email: Ann <ann@example.org>",
        "Project-URL: Source, https://example.org",
        "Home-page: https://example.org/club",
    ]
    wheel = packed(
        tmp_path, "club", files("user"), headers=headers, requires=["dihya-hookspecs>=2,<3", "flask>=3", "nowhere>=4"]
    )
    found = look(wheel)
    assert (found.licence, found.authors) == ("MIT", ("Ann <ann@example.org>",))
    assert found.links == ("Source: https://example.org", "Homepage: https://example.org/club")
    assert (found.contract, found.requires) == (">=2,<3", (("flask>=3", True), ("nowhere>=4", False)))
    assert found.record == "whole" and found.marks is None and len(found.sha256) == 64
    assert found.gains == found.parts and found.of("permission")[0].fact("roles") == "user"
    assert ["pip install 'nowhere>=4'" in fault for fault in found.faults] == [True]


def test_what_is_installed_is_compared_and_verified(tmp_path, placed, look):
    """A role that gets a permission is a gain, another default of a setting is none; what was changed since is named."""
    setting = "from pydantic import BaseModel\nclass Settings(BaseModel):\n    days: int = {}\n"
    old = {**files("user"), "tasks.py": "TASKS = ()\n", "settings.py": setting.format(3)}
    old["permissions.py"] = old["permissions.py"].replace("raise", "#")
    site = placed("club", old)
    wheel = packed(tmp_path, "club", {**files("user", "guest"), "settings.py": setting.format(4)}, version="2.0")
    found = look(wheel, "club")
    assert (found.before, found.version) == ("1.0", "2.0")
    assert [(part.kind, part.name, part.fact("roles")) for part in found.gains] == [
        ("permission", "club:read", "user, guest")
    ]
    assert [(part.kind, part.name) for part in found.loses] == [("hook", "register_tasks"), ("permission", "club:read")]
    (site / "dihya_club" / "tasks.py").write_text("TASKS = []\n")
    found = look("club", "club")
    assert (found.version, found.record, found.changed) == ("1.0", "modified", ("dihya_club/tasks.py was changed",))


def test_what_runs_from_its_folder_is_said_to(placed, editable, look):
    """An author's files are no installation."""
    editable(placed("club"))
    assert look("club", "club").record == "folder"


def test_another_contract_and_a_taken_name_stand_against_it(tmp_path, look):
    """All at once, so that one need not try twice."""
    wheel = packed(tmp_path, "settings", requires=["dihya-hookspecs>=3,<4"])
    found = look(wheel, "settings")
    assert any("is written for dihya-hookspecs" in fault for fault in found.faults)


def test_what_is_neither_there_nor_installed_is_refused(tmp_path, look):
    """With the name that was meant."""
    with pytest.raises(NotFound, match="no plugin 'plugin' is installed; did you mean 'plugins'"):
        look("plugin")
    with pytest.raises(Invalid, match="a statement is about a wheel"):
        look("plugins", statement=tmp_path)


def test_a_statement_is_read_by_whoever_knows_how(tmp_path, look):
    """Without the suite, a statement that is given is refused, and not passed over."""
    wheel, statement = packed(tmp_path, "club"), tmp_path / "club.json"
    statement.write_text("{}")
    with pytest.raises(Invalid, match="install dihya-tests"):
        look(wheel, statement=statement)
    with pytest.raises(Invalid, match="this is no statement"):
        look(wheel, "tests", "keys", "storage", statement=statement)
    assert look(wheel, "tests", "keys", "storage").marks is None


def test_the_command_prints_a_page_and_one_object(tmp_path, make_app):
    """The exit code is 1 when it could not be installed here."""
    app = make_app("plugins")
    wheel = packed(tmp_path, "club", files("user"), requires=["dihya-hookspecs>=2,<3", "nowhere>=4"])
    result = app.cli("plugins", "inspect", str(wheel))
    assert result.exit_code == 1
    assert "+" not in result.stdout and "club:read  see; for user" in result.stdout
    assert "it cannot be installed here" in result.stdout and "it ran" not in result.output
    said = json.loads(app.cli("plugins", "inspect", "--json", str(wheel)).stdout)
    assert said["name"] == "club" and said["parts"][-1]["facts"] == {"roles": "user"}
    assert app.cli("plugins", "inspect", "plugins").exit_code == 0
