"""``dihya.toml`` is edited in place; comments stay."""

import pytest
from dihya_core.settings.toggles import disable, enable, runner
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
    """Enabling undoes a disabling, and says when there was nothing to do."""
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


def test_a_list_begins_as_what_a_distribution_says(tmp_path):
    """Whoever switches one plugin more on or off keeps what was off before, and the next start sees the same."""
    path, below = tmp_path / "dihya.toml", {"disable": ["graphql", "seo"]}
    assert not runner(path, below)("seo") and not disable(path, "seo", below)
    assert disable(path, "docs", below) and path.read_text() == '[plugins]\ndisable = ["graphql", "seo", "docs"]\n'
    path.unlink()
    assert enable(path, "seo", below) and path.read_text() == '[plugins]\ndisable = ["graphql"]\n'
    assert runner(path, below)("seo") and not runner(path, below)("graphql")


def test_a_file_is_made_where_there_is_none(tmp_path):
    """The file holds nothing but the switch."""
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


def test_an_accepted_loss_is_written_down_and_taken_back(tmp_path):
    """Beside the list of what does not run; enabling takes both away."""
    path = tmp_path / "dihya.toml"
    assert disable(path, "audit", accept_loss=True) and not disable(path, "audit", accept_loss=True)
    assert path.read_text() == '[plugins]\ndisable = ["audit"]\naccept_loss_of = ["audit"]\n'
    enable(path, "audit")
    assert "audit" not in path.read_text()


def test_what_the_file_says_now_is_read_without_the_application(tmp_path):
    """Everything runs where there is no file, or one that cannot be read."""
    path = tmp_path / "dihya.toml"
    assert runner(path)("x")
    path.write_text('[plugins]\nenable = ["a", "b"]\ndisable = ["b"]\n')
    assert [runner(path)(name) for name in "abc"] == [True, False, False]
    path.write_text("[plugins\n")
    assert runner(path)("x")
