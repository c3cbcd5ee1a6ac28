"""``dihya config set`` and ``unset``, as an operator types them."""

import pytest


def test_what_is_set_counts_until_it_is_unset(start, read):
    """The command says from when on: at once, or from the next start on where a field is read only then."""
    app = start()
    assert (
        app.cli("config", "set", "choir.songs", "4").stdout
        == "choir.songs is set; running servers follow within seconds\n"
    )
    assert read(app, "songs") == 4
    assert "it counts from the next start on" in app.cli("config", "set", "choir.pool", "3").stdout
    assert app.cli("config", "unset", "choir.songs").stdout.startswith("choir.songs is as the default says; running")
    assert read(app, "songs") == 3


def test_lists_are_written_as_json(start, read):
    """As in variables; all else is text."""
    app = start()
    assert app.cli("config", "set", "choir.names", '["Tin", "Mira"]').exit_code == 0
    assert read(app, "names") == ["Tin", "Mira"]


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("set", "choir.songs", "0"), "choir.songs: must be at least 1"),
        (("set", "choir.song", "4"), "did you mean 'choir.songs'?"),
        (("unset", "choir.song"), "no setting 'choir.song'"),
    ],
)
def test_a_wrong_call_says_what_is_wrong(start, arguments, words):
    """In one line, with exit code 1."""
    result = start().cli("config", *arguments)
    assert result.exit_code == 1 and words in result.stderr


def test_what_the_operator_said_is_locked(start, read):
    """The message names the place, and nothing is stored."""
    app = start(said={"songs": 2})
    result = app.cli("config", "set", "choir.songs", "4")
    assert result.exit_code == 1 and "the operator set 'choir.songs' in given in memory" in result.stderr
    assert read(app, "songs") == 2
