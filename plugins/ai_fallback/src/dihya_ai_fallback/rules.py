"""The last tier: rules that always answer, at once, and say why. They know words, not meanings."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from dataclasses import replace

from dihya_hookspecs.ai import AIRequest, AIResponse, Label, ModelCard
from dihya_hookspecs.i18n import gettext as _

CARD = ModelCard(
    "rules", "rules", "deterministic", ("classify", "structure", "chat"), residency="local", licence="Apache-2.0",
    languages=("fr", "en"), price=(0.0, 0.0),
)  # fmt: skip
NOTHING = AIResponse("deterministic", CARD.provider, CARD.name)
# What one word that speaks for a label is worth: 0.6 alone, 0.84 with a second, 0.94 with a third.
DOUBT = 0.4
_SUFFIXES = (
    "issement", "ations", "ation", "atrice", "ateur", "atif", "ative", "ement", "ment", "euse", "eur", "iere", "ier",
    "aire", "trice", "ence", "ance", "sion", "tion", "ive", "if", "ing", "ee", "er", "ed", "e",
)  # fmt: skip
_COMMON = frozenset(
    [
        "a",
        "au",
        "aux",
        "avec",
        "ce",
        "ces",
        "cette",
        "comme",
        "dans",
        "de",
        "des",
        "du",
        "elle",
        "en",
        "et",
        "eux",
        "il",
        "je",
        "la",
        "le",
        "les",
        "leur",
        "leurs",
        "ma",
        "mais",
        "mes",
        "mon",
        "ne",
        "nos",
        "notre",
        "nous",
        "on",
        "ou",
        "par",
        "pas",
        "pour",
        "qui",
        "que",
        "sa",
        "sans",
        "se",
        "ses",
        "son",
        "sur",
        "un",
        "une",
        "vos",
        "votre",
        "y",
        "gerer",
        "gestion",
        "suivre",
        "suivi",
        "outil",
        "application",
        "appli",
        "logiciel",
        "site",
        "faire",
        "avoir",
        "creer",
        "petit",
        "petite",
        "the",
        "an",
        "and",
        "are",
        "as",
        "at",
        "be",
        "but",
        "by",
        "for",
        "from",
        "has",
        "have",
        "i",
        "in",
        "is",
        "it",
        "its",
        "my",
        "of",
        "on",
        "or",
        "our",
        "that",
        "their",
        "them",
        "they",
        "this",
        "to",
        "want",
        "we",
        "with",
        "you",
        "your",
        "manage",
        "management",
        "tool",
        "app",
        "application",
        "software",
        "run",
        "keep",
        "track",
        "small",
        "make",
        "build",
        "website",
    ]
)


def answer(request: AIRequest) -> AIResponse:
    """Answer what rules can: a classification, by its words. For the rest say plainly that there is no answer."""
    if request.capability != "classify":
        return replace(NOTHING, reason=_("rules cannot answer this kind of request: %(kind)s", kind=request.capability))
    scores = {label.name: matches(request.text, label) for label in request.labels}
    total = sum(map(len, scores.values()))
    ranking = tuple(
        sorted(((name, _confidence(len(found), total)) for name, found in scores.items()), key=lambda item: -item[1])
    )
    if not total:
        return replace(NOTHING, ranking=ranking, reason=_("no word of the text speaks for any of the choices"))
    label, confidence = ranking[0]
    said = ", ".join(scores[label])
    if confidence < request.threshold:
        reason = _(
            "words of the text speak for several choices: %(words)s for %(label)s, others for the rest",
            words=said,
            label=label,
        )
        return replace(NOTHING, confidence=confidence, ranking=ranking, reason=reason)
    reason = _("the text says %(words)s, which speaks for %(label)s", words=said, label=label)
    return replace(NOTHING, label=label, confidence=confidence, ranking=ranking, reason=reason)


def refusal(reason: str) -> AIResponse:
    """Return the answer that gives none, with the reason."""
    return replace(NOTHING, reason=reason)


def matches(text: str, label: Label) -> list[str]:
    """Return the words of *text*, as they were written, that speak for *label*, each stem once."""
    said = [(word, stem(word)) for word in words(text)]
    stems = [stemmed for _, stemmed in said]
    known: set[str] = set()
    for phrase in label.words:
        parts = [stem(word) for word in words(phrase)]
        if len(parts) == 1 or (parts and _follows(stems, parts)):
            known.update(parts)
    # A word of two examples is typical of the label; one of a single example may be chance.
    counts = Counter(stemmed for example in label.examples for stemmed in {stem(word) for word in words(example)})
    known.update(stemmed for stemmed, count in counts.items() if count > 1)
    found: dict[str, str] = {}
    for word, stemmed in said:
        if stemmed in known:
            found.setdefault(stemmed, word)
    return list(found.values())


def words(text: str) -> list[str]:
    """Return the words that can mean something: lower case, without accents, without the small ones."""
    plain = unicodedata.normalize("NFKD", re.sub(r"n['’]t\b", " ", text.lower()))
    plain = "".join(sign for sign in plain if not unicodedata.combining(sign)).replace("œ", "oe").replace("e-c", "ec")
    return [word for word in re.findall(r"[a-z0-9]+", plain) if len(word) > 1 and word not in _COMMON]


def stem(word: str) -> str:
    """Return what French and English forms of a word have in common, roughly; three letters stay at least."""
    if len(word) > 4 and word.endswith("aux"):
        word = word[:-3] + "al"
    elif len(word) > 3 and word[-1] in "sx" and word[-2] != "s":
        word = word[:-1]
    for suffix in _SUFFIXES:
        if word.endswith(suffix) and len(word) - len(suffix) >= 3:
            return word[: -len(suffix)]
    return word


def _follows(stems: list[str], parts: list[str]) -> bool:
    return any(stems[start : start + len(parts)] == parts for start in range(len(stems)))


def _confidence(found: int, total: int) -> float:
    return round(found / total * (1 - DOUBT**found), 4) if found else 0.0
