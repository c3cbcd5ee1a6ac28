"""New code is judged by what it does to itself and to the others."""

import subprocess

import pytest
from dihya_hookspecs import DihyaError, Invalid
from dihya_plugins.swap import Move
from dihya_plugins.trials import Trials


@pytest.fixture
def trials(make_app):
    """Trials whose processes are not started: ``answers`` says what each would answer, staged or not."""

    class Told(Trials):
        answers = {}

        def run(self, move, task, *, staged, revision=None):
            return {"states": self.answers[staged], "folder": "/somewhere"}

    return Told(make_app().hooks, [], 0)


def move():
    return Move("club", "/nowhere", "0.2.0")


@pytest.mark.parametrize(
    ("state", "words"),
    [
        (["quarantined", "it raised", "0.2.0"], "it would be quarantined, it raised"),
        (["active", "", "0.1.0"], "version 0.1.0 is found first, in '/somewhere'"),
    ],
)
def test_what_would_not_run_is_refused(trials, state, words):
    """The message says what it would be."""
    trials.answers = {True: {"club": state}}
    with pytest.raises(Invalid, match=words):
        trials.judged(move(), "look", staged=True)


def test_whoever_stops_another_plugin_is_refused(trials):
    """Unless that one did not run before either."""
    fine, broken = ["active", "", "0.2.0"], ["quarantined", "a clash", "1"]
    trials.answers = {True: {"club": fine, "notes": broken}, False: {"notes": ["active", "", "1"]}}
    with pytest.raises(Invalid, match="with it, 'notes' would be quarantined, a clash"):
        trials.judged(move(), "look", staged=True)
    trials.answers[False] = {"notes": broken}
    assert trials.judged(move(), "look", staged=True)["states"]["club"] == fine


def test_a_process_that_says_nothing_is_told_by_its_last_words(make_app, tmp_path):
    """As when the code ends it."""
    place = Move("club", str(tmp_path), "0.2.0")
    place.stage.mkdir()
    code = place.stage / "new" / "dihya_core"
    with pytest.raises(DihyaError, match="club"):
        Trials(make_app("i18n").hooks, ["dihya.nothing=1"], 0).run(place, "look", staged=False)
    assert not code.exists()


def test_a_process_that_ends_without_a_word_is_told_in_a_whole_sentence(make_app, tmp_path, monkeypatch):
    """Code that ends the interpreter at once leaves nothing to quote."""
    place = Move("club", str(tmp_path), "0.2.0")
    place.stage.mkdir()
    ended = subprocess.CompletedProcess([], 0, stdout="", stderr="\n")
    monkeypatch.setattr("dihya_plugins.trials.subprocess.run", lambda *_, **__: ended)
    with pytest.raises(DihyaError, match=r"club ended the process that tried it \(0\), without a word$"):
        Trials(make_app("i18n").hooks, [], 0).run(place, "look", staged=False)
