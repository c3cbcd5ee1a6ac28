"""What the configuration says of a plugin is listed and taken away, comments and all the rest stay."""

from dihya_plugins.mentions import forget, mentions

TEXT = """# ours
[plugins]  # which run
disable = ["club", "graphql"]  # not yet

[club]
name = 1

[db]
url = "sqlite:///x.db" # here
"""


def test_what_names_a_plugin_is_listed_and_goes(tmp_path):
    """Its section, and its place in every list; nothing is written where nothing names it."""
    path = tmp_path / "dihya.toml"
    path.write_text(TEXT)
    assert mentions(path, "club") == ["[club]", "[plugins] disable"]
    forget(path, "notes")
    assert path.read_text() == TEXT and mentions(path, "notes") == []
    forget(path, "club")
    said = path.read_text()
    assert "club" not in said and 'disable = ["graphql"]  # not yet' in said and 'url = "sqlite:///x.db" # here' in said


def test_where_there_is_no_file_nothing_is_made(tmp_path):
    """Nobody is named there."""
    forget(tmp_path / "dihya.toml", "club")
    assert mentions(tmp_path / "dihya.toml", "club") == [] and list(tmp_path.iterdir()) == []
