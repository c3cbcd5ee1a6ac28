"""Who needs a plugin."""

from __future__ import annotations

from dihya_core.loading.dependents import imported


def test_requirements_and_services_make_dependents(make_app):
    """``storage`` and the log of acts need the database; ``services`` asks for blobs, which ``storage`` provides."""
    app = make_app("storage", "audit", "services", "tasks", "i18n").flask.runtime
    assert {"storage", "audit"} <= set(app.outlook("db").dependents)
    assert "services" in app.outlook("storage").dependents
    assert "storage" not in app.outlook("storage").dependents
    assert app.outlook("services").dependents == ()


def test_imports_are_read_from_the_text(tmp_path):
    """Imports on one line, on several and in functions are read; nothing is executed."""
    (tmp_path / "a.py").write_text("raise SystemExit\nfrom dihya_hookspecs.storage import Blobs, Blob\n")
    (tmp_path / "b.py").write_text(
        "def f():\n    from dihya_hookspecs.ui import (\n        Layout,\n        Page,\n    )\n"
    )
    (tmp_path / "c.py").write_text("from elsewhere import Tasks\n")
    assert {"Blobs", "Layout", "Page"} <= imported(tmp_path) and "Tasks" not in imported(tmp_path)
