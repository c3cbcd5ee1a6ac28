"""What a plugin has, read from its sources."""

import pytest


def test_rights_name_who_would_get_them(read):
    """A permission without roles goes to administrators, as the core gives it."""
    found, undecided = read(
        permissions="""
from dihya_hookspecs.access import Permission, Role
from dihya_hookspecs.i18n import Text
_READ = "club:read"
ROLES = (Role("club:coach", Text("Coach", "Entraîneur")),)
PERMISSIONS = [Permission(_READ, Text("see", "voir"), ("user", "guest")), Permission("club:own", Text("own", "avoir"))]
"""
    )
    assert found["permission"] == {"club:read": {"roles": "user, guest"}, "club:own": {"roles": "admin"}}
    assert found["role"] == {"club:coach": {}} and undecided == []
    assert found["hook"] == {"register_permissions": {}}


def test_hosts_that_are_written_out_are_named_and_others_are_said_to_be_undecided(read):
    """A host that comes from the settings is no host that could be named here."""
    found, undecided = read(
        egress="""
from dihya_hookspecs.net import Egress
from dihya_hookspecs.i18n import Text
EGRESS = (Egress("api.example.org", Text("prices", "prix"), "FR", ("user.content",)),)
"""
    )
    assert found["host"] == {"api.example.org": {"country": "FR", "data": "user.content"}} and undecided == []
    face = """
from dihya_hookspecs import hookimpl
from dihya_hookspecs.acts import get
from .settings import Settings
@hookimpl
def register_egress():
    return hosts(get(Settings))
"""
    found, undecided = read(face=face)
    assert "host" not in found and undecided == [("register_egress", "__init__.py:7")]
    assert found["hook"] == {"register_egress": {}}


@pytest.mark.parametrize("body", ["    return EGRESS", "    from .egress import EGRESS\n    return EGRESS"])
def test_a_hook_that_only_returns_is_read_through(read, body):
    """Also where it imports inside, as cheap faces do."""
    egress = 'from dihya_hookspecs.net import Egress\nEGRESS = [Egress("a.example.org", ("x", "y"))]\n'
    face = (
        f"from dihya_hookspecs import hookimpl\nfrom .egress import EGRESS\n@hookimpl\ndef register_egress():\n{body}\n"
    )
    found, undecided = read(face=face, egress=egress)
    assert found["host"] == {"a.example.org": {"country": "??"}} and undecided == []


def test_nothing_of_it_runs(read, tmp_path):
    """Whatever stands in its files."""
    mark = tmp_path / "ran"
    read(face=f"open({str(mark)!r}, 'w')\nraise SystemExit\n", models="import dihya_club.evil")
    assert not mark.exists()
