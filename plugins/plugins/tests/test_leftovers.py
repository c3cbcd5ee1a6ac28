"""What a plugin's data is."""

import pytest
from dihya_hookspecs import Invalid
from dihya_plugins.leftovers import lines, referring, remains, remove


def test_tables_rows_people_and_files(make_app):
    """One line each; a table without a row holds nobody's data."""
    app = make_app("securite")
    (app.hooks.data / "securite").mkdir(exist_ok=True)
    with app.act() as act:
        before = lines(remains(app.hooks, act, "securite"))
        from dihya_hookspecs.access import OPERATOR
        from dihya_securite.service import Directory

        act.get(Directory).create(OPERATOR, "tin@example.org", "Tin", ["user"], "canari orange sous la pluie")
        act.session.flush()
        after = lines(remains(app.hooks, act, "securite"))
    assert "table securite_people: 0 rows" in before
    (line,) = [line for line in after if line.startswith("table securite_people:")]
    assert line.startswith("table securite_people: 1 row, personal data in ") and "email" in line
    assert after[-1] == f"files in {str(app.hooks.data / 'securite')!r}"


def test_a_plugin_without_data(make_app):
    """Has nothing to be kept."""
    app = make_app("i18n")
    with app.act() as act:
        assert remains(app.hooks, act, "i18n") == [] and referring("i18n") == []


def test_what_does_not_run_cannot_be_purged(make_app):
    """Its tables are not known."""
    app = make_app("i18n")
    app.hooks.plugins["i18n"].state = "disabled"
    with app.act(), pytest.raises(Invalid, match="enable it first"):
        remove(app.hooks, None, "i18n")
