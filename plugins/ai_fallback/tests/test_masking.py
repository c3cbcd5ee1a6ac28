"""What is masked, and that it comes back."""

import time

import pytest
from dihya_ai_fallback.masking import masked, placeholders, unmasked
from dihya_hookspecs.ai import AIRequest, AIResponse


def request(text, instructions=""):
    return AIRequest("test", "chat", text, instructions=instructions)


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("write to anna.b+x@mail.example.org", "EMAIL"), ("IBAN FR76 3000 6000 0112 3456 7890 189", "IBAN"),
        ("n° 2 95 10 99 126 111 93", "NIR"), ("TVA FR 40 303 265 045", "VAT"), ("carte 4242 4242 4242 4242", "CARD"),
        ("SIRET 732 829 320 00074", "SIRET"), ("siren 732 829 320", "SIREN"), ("tel 06 12 34 56 78", "PHONE"),
        ("+33 6 12 34 56 78", "PHONE"), ("+213 (0)21 12 34 56", "PHONE"), ("from 192.168.1.40", "ADDRESS"),
        ("sk-abcdefghijklmnop1234", "KEY"),
    ],
)  # fmt: skip
def test_found(text, kind):
    """Each kind of identifier is replaced by a placeholder that says its kind."""
    found = placeholders(request(text))
    assert list(found.values()) == [f"[{kind}_1]"]


@pytest.mark.parametrize(
    "text",
    ["IBAN FR76 3000 6000 0112 3456 7890 188", "le 12 11 2026", "12 345,67 €", "version 3.11.7.999", "732 829 321"],
)
def test_left_alone(text):
    """What has a wrong check digit, and ordinary numbers, stay."""
    assert masked(request(text)) is None


def test_there_and_back():
    """Text and instructions are masked alike, and the answer gets the values back, in text and data."""
    asked = request("mail a@b.fr or c@d.fr, a@b.fr first", "never mail c@d.fr")
    sent = masked(asked)
    assert sent.text == "mail [EMAIL_1] or [EMAIL_2], [EMAIL_1] first" and sent.instructions == "never mail [EMAIL_2]"
    answer = AIResponse("provider", "p", "m", text="[EMAIL_2]", data={"to": ["[EMAIL_1]", 3]})
    back = unmasked(answer, asked)
    assert back.text == "c@d.fr" and back.data == {"to": ["a@b.fr", 3]}


def test_placeholder_in_the_text():
    """A placeholder that somebody wrote themselves is not confused with ours."""
    asked = request("[EMAIL_1] and a@b.fr")
    assert masked(asked).text == "[EMAIL_1] and [EMAIL_2]"
    assert unmasked(AIResponse("provider", "p", "m", text="[EMAIL_1]"), asked) is None


@pytest.mark.parametrize("text", ["a@" * 10_000, "1 " * 10_000, "FR76 " * 4000, "+1" * 10_000, "a." * 10_000 + "@b"])
def test_hostile(text):
    """Twenty thousand hostile characters are done with in well under a second."""
    started = time.perf_counter()
    masked(request(text))
    assert time.perf_counter() - started < 1
