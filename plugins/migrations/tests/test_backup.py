"""A restored database is upgraded before anybody looks at it."""

from __future__ import annotations

from dihya_hookspecs.app import Plugins
from dihya_hookspecs.backup import Restored
from sqlalchemy import text


def test_a_database_of_an_older_version_is_upgraded(make_app):
    """on_restored, and the check of a backup that is only tried out, bring the tables to the newest revision."""
    for way in ("restored", "checked"):
        app = make_app("migrations", "storage", tables=False)
        with app.act() as act:
            if way == "restored":
                app.hooks.call("on_restored", restored=Restored("", "", ""))
            else:
                dict(act.get(Plugins).collected("register_backup_parts"))["migrations"].check()
        with app.act() as act:
            assert act.session.scalar(text("SELECT count(*) FROM storage_blobs")) == 0
