"""The tables."""

from dihya_ai_fallback.models import Quota, Reservation
from dihya_hookspecs.data import Personal


def test_people_are_named():
    """What is counted of a person is declared as theirs, kept for two days, and not audited."""
    for table, columns in ((Quota, {"person", "used", "reserved"}), (Reservation, {"person"})):
        declared = {column.key: column.info["rgpd"] for column in table.__table__.columns}
        theirs = {name: found for name, found in declared.items() if isinstance(found, Personal)}
        assert set(theirs) == columns and {found.retention for found in theirs.values()} == {"2d"}
        assert table.__audited__ is False and "not audited" in (table.__doc__ or "")
