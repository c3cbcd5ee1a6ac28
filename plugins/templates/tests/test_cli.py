"""``dihya new plugin``."""

from __future__ import annotations


def test_a_new_plugin_is_a_folder_and_what_to_do_with_it_is_said(make_app, tmp_path) -> None:
    """The folder is named as the distribution; the next commands name it."""
    app = make_app("templates")
    result = app.cli("new", "plugin", "my_loans", "--table", "tool: title:text!", "--out", str(tmp_path))
    assert result.exit_code == 0, result.stderr
    assert (tmp_path / "dihya-my-loans" / "src" / "dihya_my_loans" / "models.py").is_file()
    assert f"dihya prove {tmp_path / 'dihya-my-loans'}" in result.stderr


def test_what_is_there_already_is_kept(make_app, tmp_path) -> None:
    """A folder with something in it is not written over."""
    (tmp_path / "dihya-loans").mkdir()
    (tmp_path / "dihya-loans" / "mine.py").write_text("x")
    result = make_app("templates").cli("new", "plugin", "loans", "--out", str(tmp_path))
    assert result.exit_code == 1
    assert "exists and is not empty" in result.stderr
    assert [path.name for path in (tmp_path / "dihya-loans").iterdir()] == ["mine.py"]


def test_a_mistake_leaves_no_folder(make_app, tmp_path) -> None:
    """The sentence names the table and the field."""
    result = make_app("templates").cli("new", "plugin", "loans", "--table", "tool: price:coins", "--out", str(tmp_path))
    assert result.exit_code == 1
    assert "/tool/price/type" in result.stderr
    assert not (tmp_path / "dihya-loans").exists()
