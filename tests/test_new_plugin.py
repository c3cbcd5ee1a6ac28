"""A plugin that ``dihya new`` has written earns every mark, before its author has written a line."""

import pytest
from dihya_tests.settings import Settings
from dihya_tests.suite import trial

pytestmark = pytest.mark.exhaustive
LENDING = (
    "member: name:text!=name email:email phone:phone born_on:date=demographic.date_of_birth",
    "tool: title:text! price:decimal count:integer good:boolean site:url state:enum(new,old)",
    "loan: tool_id:reference! member_id:reference! lent_on:date! back_at:datetime note:long_text",
)


@pytest.mark.parametrize("tables", [(), LENDING], ids=["one table", "people, things and what they have to do"])
def test_every_column_is_earned(make_app, tmp_path, tables):
    """A new plugin earns every column with nobody's data, and with people, references and a field of each type."""
    said = [word for table in tables for word in ("--table", table)]
    made = make_app("templates").cli("new", "plugin", "lending", *said, "--out", str(tmp_path / "made"))
    assert made.exit_code == 0, made.stderr
    assert trial.good(tmp_path / "made" / "dihya-lending", tmp_path, Settings()).flaw == ""
