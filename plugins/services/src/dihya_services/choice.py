"""Which template a sentence asks for: decided where its words are plain, asked back where they are not.

A model knows topics and is wrong about those that no template covers; words are silent about much and seldom wrong. So
two words of a trade are needed before anything is said to be sure, and more than any other trade has. The figures that
set the limits below are in docs/benchmarks.md.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from dihya_hookspecs.ai import AIResponse
from dihya_hookspecs.generation import Sector, Template
from dihya_hookspecs.i18n import gettext as _
from dihya_hookspecs.i18n import language

from .reading import Reading

ENOUGH = 1.5
"""What the words of a sentence must be worth for a trade: one word alone is never enough."""
AHEAD = 2.0
"""How many times the worth of the next trade's words."""
SURE, SURE_WITHOUT_MODEL = 0.97, 0.9
"""Confidence when the model on this machine agrees with the words, and when it does not."""
PROVIDER_ALONE = 0.8
"""The most that the word of a configured provider is worth when no word of the sentence supports it."""


@dataclass(frozen=True, slots=True)
class Choice:
    """A template, or none and a question; the other templates with their shares, the likeliest first."""

    template: str
    confidence: float
    reason: str
    alternatives: Sequence[tuple[str, float]]


def choose(reading: Reading, response: AIResponse, templates: Sequence[Template], sectors: Sequence[Sector]) -> Choice:
    """Return the choice that the words and the model's answer allow together."""
    titles = {each.name: getattr(each.title, language.get(), each.title.en) for each in (*templates, *sectors)}
    known = [each.name for each in templates]
    best = max(known, key=lambda name: reading.scores.get(name, 0.0), default="")
    ranked = _ranked(templates, reading, response)
    if best and _plain(reading, best):
        reason = _(
            "the sentence says %(words)s, which speaks for %(title)s",
            words=", ".join(reading.said[best]),
            title=titles[best],
        )
        confidence = SURE if response.label == best else SURE_WITHOUT_MODEL
        return Choice(best, confidence, reason, [pair for pair in ranked if pair[0] != best])
    if response.tier == "provider" and response.label in known and not _contradicted(reading, response.label):
        confidence = min(response.confidence, PROVIDER_ALONE)
        return Choice(
            response.label, confidence, response.reason, [pair for pair in ranked if pair[0] != response.label]
        )
    return Choice("", 0.0, question(reading, [name for name, _share in ranked], titles), ranked)


def question(reading: Reading, ranked: Sequence[str], titles: dict[str, str]) -> str:
    """Return what Dihya asks back: what it understood, and what a person can do about it."""
    foreign = [name for name in reading.scores if name not in ranked]
    strongest = max(foreign, key=lambda name: reading.scores[name], default="")
    spoken = [name for name in ranked if reading.scores.get(name, 0) > 0]
    ahead = max((reading.scores[name] for name in spoken), default=0.0)
    if strongest and reading.scores[strongest] >= ahead and not (spoken and reading.scores[strongest] == ahead):
        return _(
            "this sounds like %(title)s (%(words)s), for which there is no template yet",
            title=titles[strongest],
            words=", ".join(reading.said[strongest]),
        )
    if spoken and strongest:
        return _(
            "“%(words)s” speaks for %(title)s, “%(others)s” for %(other)s, for which there is no template yet",
            words=", ".join(reading.said[spoken[0]]),
            title=titles[spoken[0]],
            others=", ".join(reading.said[strongest]),
            other=titles[strongest],
        )
    if spoken:
        return _(
            "“%(words)s” could mean %(title)s, but that is not enough to be sure",
            words=", ".join(reading.said[spoken[0]]),
            title=titles[spoken[0]],
        )
    if ranked:
        return _("no word of this sentence tells which template fits")
    return _("no template is installed")


def _plain(reading: Reading, name: str) -> bool:
    score = reading.scores.get(name, 0.0)
    others = max((worth for other, worth in reading.scores.items() if other != name), default=0.0)
    return score >= ENOUGH and score >= AHEAD * others


def _contradicted(reading: Reading, name: str) -> bool:
    """True when the words speak for another trade rather than for *name*."""
    own = reading.scores.get(name, 0.0)
    return any(worth > own for other, worth in reading.scores.items() if other != name)


def _ranked(templates: Sequence[Template], reading: Reading, response: AIResponse) -> list[tuple[str, float]]:
    """Return the templates, the likeliest first: for which words speak, then the one of what was named, then by the model's share."""
    shares = dict(response.ranking)

    def place(template: Template) -> tuple[float, bool, float, str]:
        only = bool(template.data.get("only_named"))
        name = template.name
        return (-reading.scores.get(name, 0.0), not only, -shares.get(name, 0.0), name)

    return [(each.name, round(shares.get(each.name, 0.0), 4)) for each in sorted(templates, key=place)]
