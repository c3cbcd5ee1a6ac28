"""``dihya.toml`` is edited in place; comments stay."""

import pytest
from dihya_core.switches import disable, enable
from dihya_hookspecs import Invalid

TEXT = """# ours
[plugins]  # which run
disable = ["graphql"]  # not yet

[db]
url = "sqlite:///x.db" # here
"""


def test_disabling_keeps_comments(tmp_path):
    """Everything but the list is as it was."""
    path = tmp_path / "dihya.toml"
    path.write_text(TEXT)
    assert disable(path, "seo")
    assert path.read_text() == TEXT.replace('["graphql"]', '["graphql", "seo"]')


def test_enabling_undoes_it(tmp_path):
    """And says when there was nothing to do."""
    path = tmp_path / "dihya.toml"
    path.write_text(TEXT)
    disable(path, "seo")
    assert enable(path, "seo")
    assert path.read_text() == TEXT
    assert not enable(path, "seo")


def test_enabling_adds_to_an_allow_list(tmp_path):
    """An allow-list that lacks the plugin would keep it off."""
    path = tmp_path / "dihya.toml"
    path.write_text('[plugins]\nenable = ["db"]\n')
    assert enable(path, "seo")
    assert '"db", "seo"' in path.read_text()


def test_a_file_is_made_where_there_is_none(tmp_path):
    """With nothing but the switch."""
    assert disable(tmp_path / "dihya.toml", "seo")
    assert (tmp_path / "dihya.toml").read_text() == '[plugins]\ndisable = ["seo"]\n'


def test_what_cannot_be_edited_is_said(tmp_path):
    """An inline table is left alone."""
    path = tmp_path / "dihya.toml"
    path.write_text("plugins = 3\n")
    before = path.read_text()
    with pytest.raises(Invalid, match="not a plain section"):
        disable(path, "seo")
    assert path.read_text() == before
