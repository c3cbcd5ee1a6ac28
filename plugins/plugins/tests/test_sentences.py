"""Why a change failed is kept as it was meant, and said to each reader in their language."""

from __future__ import annotations

import json

import pytest
from dihya_hookspecs import DihyaError, Invalid, NotFound
from dihya_hookspecs.i18n import Text
from dihya_plugins.sentences import STATES, Sentence, packed, refused, told, unpacked

MISSING = "nothing on the shelf is called %(name)r"


def test_a_refusal_has_its_words_and_its_sentence():
    """Kind, code and status are those that were asked for; the message is told as it stands in this act."""
    error = refused(MISSING, NotFound, "no-arrival", name="club")
    assert (type(error), error.code, error.status, error.message) == (
        NotFound, "no-arrival", 404, "nothing on the shelf is called 'club'",
    )  # fmt: skip
    assert told(error) == Sentence(MISSING, {"name": "club"})
    assert (type(refused("x")), refused("x").code) == (Invalid, "install")


def test_what_goes_to_another_process_comes_back_as_it_was():
    """Sentences within sentences, texts in two languages, and words of others."""
    inner = Sentence("it would be %(state)s", {"state": Sentence(STATES[1]), "number": 3})
    for one in (inner, Sentence("%(why)s", {"why": inner}), Text("a", "b"), "words"):
        assert unpacked(json.loads(json.dumps(packed(one)))) == one


@pytest.mark.parametrize(
    ("error", "words"),
    [
        (Invalid("no", params={"reason": Text("a", "b")}), Text("a", "b")),
        (DihyaError("no"), "no"),
        (OSError(28, "full"), "[Errno 28] full"),
    ],
)
def test_other_errors_say_what_they_say(error, words):
    """A reason in two languages where there is one."""
    assert told(error) == words
