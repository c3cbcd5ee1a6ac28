"""Tables of a plugin, and what they hold about people, read from its sources."""


def test_data_about_people_is_told_with_purpose_and_retention(read):
    """From the field, from its class, or from a class of the plugin from which it inherits the column."""
    found, undecided = read(
        models="""
from dihya_hookspecs.data import Record, impersonal, personal
from dihya_hookspecs.fields import ShortText
from dihya_hookspecs.web import Resource
class Named:
    name = personal("name", ShortText(80), label=("Name", "Nom"))
class Member(Named, Record, subject="id", purpose=("playing", "jouer"), basis="contract", retention="1y"):
    '''Somebody who plays.'''
    __tablename__ = "club_members"
    __resource__ = Resource(title=("Members", "Membres"), singular=("m", "m"), read=("user",), write=())
    ill = personal("health", ShortText(), retention="30d")
    size = impersonal("a size", ShortText())
"""
    )
    assert found["table"] == {"club_members": {}}
    law = {"purpose": ("playing", "jouer"), "basis": "contract"}
    assert found["personal"] == {
        "club_members.name": {"category": "name", **law, "retention": "1y"},
        "club_members.ill": {"category": "health", **law, "retention": "30d"},
    }
    assert found["permission"]["club:read_members"] == {"roles": "admin, user"}
    assert found["permission"]["club:write_members"] == {"roles": "admin"}
    assert {"register_resources", "register_permissions"} <= found["hook"].keys() and undecided == []


def test_what_only_a_migration_makes_is_a_table_too(read):
    """A table that only a migration makes is told, and its own SQL is said to be read by nobody."""
    files = {
        "migrations/0001": 'from alembic import op\ndef upgrade():\n    op.create_table("club_old")\n    op.execute("x")\n'
    }
    found, undecided = read(**files)
    assert found["table"] == {"club_old": {"made by": "migration"}}
    assert undecided == [("SQL of a migration", "migrations/0001.py:4")]


def test_classes_that_inherit_in_a_circle_come_to_an_end(read):
    """Such code does not run; whoever looks at it is told of the columns and does not hang."""
    found, _ = read(
        models="""
from dihya_hookspecs.data import Record, personal
from dihya_hookspecs.fields import ShortText
class Named(Titled):
    name = personal("name", ShortText(80))
class Titled(Named):
    title = personal("name", ShortText(80))
class Member(Named, Record, subject="id", purpose=("playing", "jouer"), basis="contract", retention="1y"):
    __tablename__ = "club_members"
"""
    )
    assert set(found["personal"]) == {"club_members.name", "club_members.title"}
