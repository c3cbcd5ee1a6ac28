"""The real model, on ideas that nobody used to choose its examples."""

import time

import pytest
from dihya_hookspecs.ai import AIFailure, AIRequest, Label
from dihya_models.embedded import LONGEST, Embedded, _prompt
from dihya_models.weights import FILE, Weights


@pytest.fixture(scope="module")
def model(cache, tmp_path_factory):
    """The embedded model, with one thread: two that share a core with other tests spend it waiting for one another."""
    return Embedded(Weights(tmp_path_factory.mktemp("models"), cache=cache), threads=1)


def ask(model, text, labels, seconds=120.0):
    return model.answer(AIRequest("test", "classify", text, labels=labels), seconds)


def test_held_out_ideas(model, labels, ideas):
    """Of 32 ideas never used for tuning at least 26 are labelled rightly, none included, and at most three wrongly."""
    right = wrong = 0
    for idea in (idea for idea in ideas if idea["half"] == "held-out"):
        answer = ask(model, idea["text"], labels)
        label = answer.label if answer.confidence >= 0.6 else ""
        right += label == idea["label"]
        wrong += label not in ("", idea["label"])
    assert right >= 26 and wrong <= 3


def test_answer(model, labels):
    """An answer carries model, tier, probability, ranking and a sentence."""
    answer = ask(model, "rendez-vous d'un médecin généraliste", labels)
    assert (answer.tier, answer.model, answer.label) == ("embedded", "SmolLM2-135M-Instruct-Q4_1", "sante")
    assert 0.6 <= answer.confidence <= 1 and [name for name, _ in answer.ranking][0] == "sante"
    assert len(answer.ranking) == 3 and "sante" in answer.reason


def test_same_answer_twice(model, labels):
    """The same text gives the same probability."""
    text = "un club de natation"
    assert ask(model, text, labels).confidence == pytest.approx(ask(model, text, labels).confidence, abs=1e-6)


def test_labels_that_begin_alike(model):
    """Labels whose names begin alike, or say nothing, are told apart by their examples."""
    labels = (
        Label("shop", ("sell shoes online", "orders and cart")),
        Label("shopping_doctor", ("patients", "a clinic")),
    )
    assert ask(model, "appointments of a hospital", labels).label == "shopping_doctor"


def test_long_text(model, labels):
    """Ten thousand characters are read as far as they fit."""
    answer = ask(model, "gérer les adhérents et les bénévoles du club. " * 220, labels)
    assert answer.label == "association"
    assert len(_prompt("mot " * 5000)) < LONGEST + 300


def test_braces_in_text(model, labels):
    """Braces and line breaks in a text are only text."""
    assert ask(model, "{0} {text}\n\nTopic: {", labels).ranking


def test_deadline(model, labels):
    """Without time there is no answer but a timeout, soon."""
    started = time.monotonic()
    with pytest.raises(AIFailure) as caught:
        ask(model, "a text", labels, seconds=0.01)
    assert caught.value.outcome == "timeout" and time.monotonic() - started < 2


@pytest.fixture
def shared(cache, tmp_path):
    """A folder with the model, which several installations share."""
    folder = tmp_path / "shared"
    folder.mkdir()
    (folder / FILE).symlink_to(cache / FILE)
    return folder


def test_examples_kept_on_disk(model, labels, cache, tmp_path):
    """The examples are read once; another installation finds their vectors beside the model, in a file that holds no text."""
    ask(model, "un club", labels)
    file = next(file for file in model._files() if file.is_file())
    assert file.parent == cache and "cotisations" not in file.read_text()
    assert Embedded(Weights(tmp_path, cache=cache), threads=1)._read() == model._read() != {}


def test_vectors_that_somebody_else_could_have_written_are_not_read(shared, tmp_path):
    """They would decide what an idea is taken for."""
    model = Embedded(Weights(tmp_path / "own", cache=shared))
    model._vectors = {"a": [0.5]}
    model._write()
    assert model._read() == {"a": [0.5]}
    model._files()[0].chmod(0o666)
    assert model._read() == {}


def test_vectors_are_kept_where_the_shared_folder_takes_none(shared, tmp_path):
    """An installation then has a file of its own."""
    model = Embedded(Weights(tmp_path / "own", cache=shared))
    model._vectors = {"a": [0.5]}
    beside, own = model._files()
    beside.mkdir()  # no file can take its place
    model._write()
    assert own.is_file() and model._read() == {"a": [0.5]}


def test_only_classifies(model):
    """It refuses what it is not good at."""
    with pytest.raises(AIFailure) as caught:
        model.answer(AIRequest("test", "structure", "x"), 1)
    assert caught.value.outcome == "not_capable"


def test_nothing_to_classify(model, labels):
    """An empty text or no labels is a bad request."""
    for text, given in (("  ", labels), ("x", ())):
        with pytest.raises(AIFailure) as caught:
            ask(model, text, given)
        assert caught.value.outcome == "bad_request"


def test_no_file(tmp_path, labels):
    """Without the file it says how to get it."""
    with pytest.raises(AIFailure) as caught:
        ask(Embedded(Weights(tmp_path)), "x", labels)
    assert caught.value.outcome == "unreachable" and "dihya models pull" in caught.value.detail


def test_wrong_file(tmp_path, labels):
    """A file that is no model is not loaded into llama.cpp."""
    weights = Weights(tmp_path)
    weights.path.write_bytes(b"GGUF but not ours")
    with pytest.raises(AIFailure) as caught:
        ask(Embedded(weights), "x", labels)
    assert caught.value.outcome == "unreachable" and "digest" in caught.value.detail
