"""Nobody else on the machine gets at the data folder."""

from __future__ import annotations

import os
import stat

import pytest
from dihya_db.privacy import close_all, close_folder


def modes(folder):
    return {path.name: stat.S_IMODE(path.stat().st_mode) for path in (folder, *folder.rglob("*"))}


def test_everything_that_was_open_is_closed_and_told(tmp_path, caplog):
    """Folders become 0700, files 0600, links are left alone; the second time nothing is said."""
    data = tmp_path / "data"
    (data / "anchors").mkdir(parents=True)
    (data / "anchors" / "x.lock").touch()
    (tmp_path / "outside").touch()
    (tmp_path / "outside").chmod(0o644)
    (data / "link").symlink_to(tmp_path / "outside")
    for path in (data, data / "anchors"):
        path.chmod(0o755)
    (data / "anchors" / "x.lock").chmod(0o644)
    assert close_all(data) == 3 and "3 files and folders" in caplog.text
    assert modes(data) == {"data": 0o700, "anchors": 0o700, "x.lock": 0o600, "link": 0o644}
    assert close_all(data) == 0


@pytest.mark.parametrize("serving", [False, True])
def test_starting_closes_the_folder_whatever_the_umask(make_app, serving):
    """Every start closes the folder; a server closes all that is in it."""
    before = os.umask(0)
    try:
        app = make_app("tasks", serving=serving)
    finally:
        os.umask(before)
    (app.data / "open").touch()
    (app.data / "open").chmod(0o666)
    app.data.chmod(0o777)
    app.hooks.call("on_startup", app_info=app.flask.runtime.app_info())
    assert stat.S_IMODE(app.data.stat().st_mode) == 0o700
    assert (stat.S_IMODE((app.data / "open").stat().st_mode) == 0o600) == serving


def test_a_folder_that_is_not_there_is_no_trouble(tmp_path):
    """Before the set-up there is none."""
    assert not close_folder(tmp_path / "none") and close_all(tmp_path / "none") == 0
