"""Who answers."""

from __future__ import annotations

import re

from dihya_hookspecs.ai import AIFailure, AIRequest, AIResponse, ModelCard

WORDS = re.compile(r"[^\W\d_]+")


class Parrot:
    """Chooses the label of which most words stand in the text."""

    card = ModelCard("words", "parrot", "deterministic", ("classify",), residency="local", licence="Apache-2.0")

    def answer(self, request: AIRequest, seconds: float) -> AIResponse:
        """Return the label with most words in the text. Raises AIFailure where none has any."""
        if request.capability not in self.card.capabilities:
            raise AIFailure("not_capable", request.capability)
        said = {word.lower() for word in WORDS.findall(request.text)}
        found = {one.name: len(said & {word.lower() for word in one.words}) for one in request.labels}
        total = sum(found.values())
        if not total:
            raise AIFailure("abstained", "no word of any label")
        ranking = tuple(
            sorted(((name, count / total) for name, count in found.items()), key=lambda one: (-one[1], one[0]))
        )
        label, confidence = ranking[0]
        return AIResponse(
            "deterministic", "parrot", "words", label=label, confidence=confidence, ranking=ranking,
            reason=f"most words of the text are those of {label}",
        )  # fmt: skip


PROVIDERS = (Parrot(),)
