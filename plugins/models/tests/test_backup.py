"""Models stay out of backups, and are not fetched twice."""

from __future__ import annotations

from dihya_hookspecs.app import Plugins
from dihya_hookspecs.backup import Restored
from dihya_models.backup import take_over


def test_models_are_taken_over_from_the_folder_that_is_replaced(make_app, tmp_path):
    """on_restored links the files that are there, and copies nothing that the restored folder has."""
    app = make_app("models", "egress", config={"models": {"embedded": False}})
    (tmp_path / "old" / "models").mkdir(parents=True)
    (tmp_path / "old" / "models" / "a.gguf").write_text("weights")
    with app.act():
        take_over(Restored("", "", "", previous=tmp_path / "old"))
        take_over(Restored("", "", "", previous=tmp_path / "nowhere"))
        take_over(Restored("", "", ""))
    assert (app.data / "models" / "a.gguf").read_text() == "weights"


def test_models_are_not_saved(make_app):
    """register_backup_parts claims their folder and saves nothing."""
    app = make_app("models", "egress", config={"models": {"embedded": False}})
    with app.act() as act:
        part = dict(act.get(Plugins).collected("register_backup_parts"))["models"]
    assert part.claims == ("models/*",) and part.save is None
