"""What observers are told of statements."""

import pytest
from dihya_db.observing import name_of


@pytest.mark.parametrize(
    ("statement", "name"),
    [
        ("SELECT a FROM club_members WHERE b = ' FROM dupont'", "SELECT club_members"),
        ("SELECT ' FROM dupont' AS a", "SELECT"),
        ('insert into "club_members" (a) values (?)', "INSERT club_members"),
        ("UPDATE club_members SET a = 1", "UPDATE club_members"),
        ("DELETE FROM club_members", "DELETE club_members"),
        ("PRAGMA journal_mode", "PRAGMA"),
        ("-- FROM x\nSELECT 1", "SELECT"),
        ("", "SQL"),
    ],
)
def test_statements_are_named_without_their_values(statement, name):
    """Verb and table, whatever stands in quotes and comments."""
    assert name_of(statement) == name
