"""Which template a sentence asks for: decided where its words are plain, asked back where they are not.

A model knows topics and is wrong about those that no template covers; words are silent about much and seldom wrong. So
two words of a trade are needed before anything is said to be sure, and more than any other trade has. The figures that
set the limits below are in docs/benchmarks.md.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from dihya_hookspecs.ai import AIResponse
from dihya_hookspecs.generation import Sector, Template
from dihya_hookspecs.i18n import gettext as _
from dihya_hookspecs.i18n import language

from .reading import Business, Reading

ENOUGH = 1.5
"""What the words of a sentence must be worth for a trade: one word alone is never enough."""
AHEAD = 2.0
"""How many times the worth of the next trade's words."""
THINGS = 0.9
"""What a thing that only one trade has is worth beside a word of the trade."""
BACKED = 1.8
"""How many times the worth of words and things together of any other trade."""
TOGETHER = 2.7
"""What words and things must be worth together where the words alone do not decide."""
CERTAIN, CERTAIN_AHEAD = 2.5, 1.6
"""What the words must be worth, and how far words and things must be ahead, to be called certain."""
NAME, NAME_FIRST = 0.25, 1.0
"""What a name of the business is worth beside the words and things of its trade, and what at the beginning of a sentence."""
NAME_AHEAD = 1.3
"""How many times the worth of words and things of any other trade, where a name decides."""
SURE, SURE_WITHOUT_MODEL, RATHER = 0.97, 0.9, 0.8
"""Confidence of what is certain when the model on this machine agrees with the words, and when it does not; of the rest."""
UNCERTAIN = 0.55
"""Confidence of what a name alone decides."""
PROVIDER_ALONE = 0.8
"""The most that the word of a configured provider is worth when no word of the sentence supports it."""


@dataclass(frozen=True, slots=True)
class Choice:
    """A template, or none and a question; the other templates with their shares, the likeliest first."""

    template: str
    confidence: float
    reason: str
    alternatives: Sequence[tuple[str, float]]


def choose(
    reading: Reading,
    response: AIResponse,
    templates: Sequence[Template],
    sectors: Sequence[Sector],
    fits: Mapping[str, float] | None = None,
) -> Choice:
    """Return the choice that the words, the things that they name and the model's answer allow together.

    Args:
        fits: template → what the things that were named are worth for it; see ``Fitting``.
    """
    titles = {each.name: getattr(each.title, language.get(), each.title.en) for each in (*templates, *sectors)}
    known = [each.name for each in templates]
    whole = {name: reading.scores.get(name, 0.0) + THINGS * (fits or {}).get(name, 0.0) for name in known}
    whole |= {name: worth for name, worth in reading.scores.items() if name not in whole}
    best = max(known, key=lambda name: (whole[name], reading.scores.get(name, 0.0)), default="")
    ranked = _ranked(templates, reading, response, whole)
    if best and _plain(reading, best, whole):
        reason = _(
            "the sentence says %(words)s, which speaks for %(title)s",
            words=", ".join(reading.said[best]),
            title=titles[best],
        )
        certain = SURE if response.label == best else SURE_WITHOUT_MODEL
        confidence = certain if _certain(reading, best, whole) else RATHER
        return Choice(best, confidence, reason, [pair for pair in ranked if pair[0] != best])
    business = reading.business
    if business and business.trade in known and _called(reading, business, whole):
        title = titles[business.trade]
        reason = _("“%(words)s” speaks for %(title)s; nothing else tells", words=business.text, title=title)
        return Choice(business.trade, UNCERTAIN, reason, [pair for pair in ranked if pair[0] != business.trade])
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


def _plain(reading: Reading, name: str, whole: Mapping[str, float]) -> bool:
    """True where the words are beyond doubt, or speak for one trade and its tables do not contradict, or both do together."""
    score, others = reading.scores.get(name, 0.0), _others(reading.scores, name)
    if score >= CERTAIN and score >= AHEAD * others:
        return True
    if score < ENOUGH or score < others or whole[name] < BACKED * _others(whole, name):
        return False
    return score >= AHEAD * others or whole[name] >= TOGETHER


def _called(reading: Reading, business: Business, whole: Mapping[str, float]) -> bool:
    """True where no other trade comes near the one of which the sentence names a business."""
    worth = max(1.0, whole[business.trade]) + (NAME_FIRST if business.first else NAME)
    return worth >= NAME_AHEAD * max(_others(whole, business.trade), _others(reading.scores, business.trade))


def _certain(reading: Reading, name: str, whole: Mapping[str, float]) -> bool:
    return reading.scores[name] >= CERTAIN and whole[name] >= CERTAIN_AHEAD * _others(whole, name)


def _others(worth: Mapping[str, float], name: str) -> float:
    """Return the most that another trade is worth."""
    return max((each for other, each in worth.items() if other != name), default=0.0)


def _contradicted(reading: Reading, name: str) -> bool:
    """True when the words speak for another trade rather than for *name*."""
    own = reading.scores.get(name, 0.0)
    return any(worth > own for other, worth in reading.scores.items() if other != name)


def _ranked(
    templates: Sequence[Template], reading: Reading, response: AIResponse, whole: Mapping[str, float]
) -> list[tuple[str, float]]:
    """Return the templates, the likeliest first: by words and things, then the one of what was named, then by the model's share."""
    shares = dict(response.ranking)

    def place(template: Template) -> tuple[float, bool, float, str]:
        only = bool(template.data.get("only_named"))
        name = template.name
        return (-whole[name] if reading.scores.get(name) else 0.0, not only, -shares.get(name, 0.0), name)

    return [(each.name, round(shares.get(each.name, 0.0), 4)) for each in sorted(templates, key=place)]
