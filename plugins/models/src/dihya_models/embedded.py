"""The embedded model: classifies short texts on this machine, without key and without network.

A model this small names the topic of a text badly, but knows it well. So it is not asked to write the label: it reads
a few texts with their topics, then ours, and its state before the next word (PromptEOL, arXiv:2307.16645, with
examples) is compared with its state for the examples of each label. In our measurements this was right far more often
than label log-probabilities; the figures are in the README.
"""

from __future__ import annotations

import base64
import json
import math
import os
import time
from array import array
from hashlib import sha256
from pathlib import Path

from dihya_hookspecs import DihyaError
from dihya_hookspecs.ai import AIFailure, AIRequest, AIResponse, Label, ModelCard
from dihya_hookspecs.i18n import gettext as _

from .llama import Engine, engine, unit
from .weights import Weights

FRAME = (
    "Text: cultiver des tomates\nTopic: farming\n\nText: a tool for lawyers\nTopic: law\n\n"
    "Text: cours de danse\nTopic: dance\n\nText: {}\nTopic:"
)
# What no label is about; without such texts the nearest label would win however far away it is.
NONE = Label(
    "",
    (
        "jeu de mots croisés",
        "a timer for cooking eggs",
        "lire les étoiles dans le ciel",
        "compress pictures and rename files",
    ),
)
SHARPNESS = 10.0  # of the softmax over cosines; chosen on the tuning half of tests/data/ideas.json
LONGEST = 600  # characters: the first sentences tell the topic, and reading costs about 4 ms a token
Vector = list[float]


class Embedded:
    """The provider behind the embedded model; its file may arrive later, with ``dihya models pull``."""

    def __init__(self, weights: Weights, threads: int = 2) -> None:
        self.weights, self.threads = weights, threads
        self.card = ModelCard(
            weights.name,
            "embedded",
            "embedded",
            ("classify",),
            residency="local",
            licence=weights.licence,
            languages=("en", "fr"),
            context=512,
            digest=weights.expected,
            price=(0.0, 0.0),
        )
        self._vectors: dict[str, Vector] = {}
        self._checked = False

    def answer(self, request: AIRequest, seconds: float) -> AIResponse:
        """Classify within *seconds*. Raises AIFailure."""
        if request.capability != "classify":
            raise AIFailure("not_capable", "the embedded model only classifies")
        if not request.labels or not request.text.strip():
            raise AIFailure("bad_request", "a classification needs a text and labels")
        self._check()
        end = time.monotonic() + seconds
        runs = engine(self.weights.path, self.threads)
        shares = runs.within(seconds, lambda: self._compared(runs, request, end))
        nothing = shares.pop(NONE.name)
        ranking = tuple(sorted(shares.items(), key=lambda item: -item[1]))
        label, confidence = ranking[0]
        reason = _("the text resembles the examples of %(label)s, at %(share)d %%", label=label, share=confidence * 100)
        if nothing > confidence:
            reason = _("the text resembles none of the examples, at %(share)d %%", share=nothing * 100)
        return AIResponse(
            "embedded", "embedded", self.card.name, label=label, confidence=confidence, ranking=ranking, reason=reason
        )

    def _check(self) -> None:
        if self._checked:
            return
        try:
            self.weights.check()
        except DihyaError as error:
            raise AIFailure("unreachable", error.message) from error
        self._checked = True

    def _compared(self, runs: Engine, request: AIRequest, end: float) -> dict[str, float]:
        """Return the probability of each label, and of none."""
        classes = [*request.labels, NONE]
        examples = self._examples(runs, classes, end)
        shares = _shares(runs.vector(_prompt(request.text)), examples)
        return dict(zip([label.name for label in classes], shares, strict=True))

    def _examples(self, runs: Engine, classes: list[Label], end: float) -> list[list[Vector]]:
        """Return the vectors of each class's examples; those never seen are computed and kept on disk."""
        if not self._vectors:
            self._vectors = self._read()
        fresh = False
        try:
            for text in (text for label in classes for text in label.examples or (label.name,)):
                if _name(text) not in self._vectors:
                    if time.monotonic() > end:
                        raise AIFailure("timeout", "the examples of the labels are still being read")
                    self._vectors[_name(text)], fresh = runs.vector(_prompt(text)), True
        finally:
            if fresh:
                self._write()
        return [[self._vectors[_name(text)] for text in label.examples or (label.name,)] for label in classes]

    def _read(self) -> dict[str, Vector]:
        for file in self._files():
            try:
                if not _strange(file):
                    kept = json.loads(file.read_text())
                    return {name: list(array("f", base64.b64decode(packed))) for name, packed in kept.items()}
            except (OSError, ValueError):
                continue
        return {}

    def _write(self) -> None:
        packed = {name: base64.b64encode(array("f", vector)).decode() for name, vector in self._vectors.items()}
        for file in self._files():
            try:
                file.parent.mkdir(parents=True, exist_ok=True)
                fresh = file.with_suffix(f".{os.getpid()}")
                fresh.write_text(json.dumps(packed))
                os.replace(fresh, file)
            except OSError:
                continue  # a folder that others fill; without any place the next process reads the examples again
            return

    def _files(self) -> list[Path]:
        """Return where vectors are kept: beside a model that several installations share, or in a folder of our own.

        Vectors of another model or another frame mean something else, so the name tells both.
        """
        name = f"examples-{sha256((self.weights.check() + FRAME).encode()).hexdigest()[:16]}.json"
        folders = [self.weights.folder] if self.weights.own else [self.weights.path.parent, self.weights.folder]
        return [folder / name for folder in dict.fromkeys(folders)]


def _strange(file: Path) -> bool:
    """Tell whether somebody else could have written the file, which would decide what ideas are taken for."""
    found = file.stat()
    return hasattr(os, "getuid") and (found.st_uid != os.getuid() or bool(found.st_mode & 0o022))


def _prompt(text: str) -> str:
    """Return the frame around a text in one line, cut where a word ends."""
    line = " ".join(text.split())
    if len(line) > LONGEST:
        line = line[:LONGEST].rpartition(" ")[0] or line[:LONGEST]
    return FRAME.format(line.replace("{", "(").replace("}", ")"))


def _name(text: str) -> str:
    return sha256(text.encode()).hexdigest()


def _shares(text: Vector, classes: list[list[Vector]]) -> list[float]:
    """Return the probability of each class: a softmax over cosines with the classes' centres.

    All vectors of such a model point roughly the same way; what they have in common is taken off first.
    """
    common = _mean([_mean(vectors) for vectors in classes])
    centres = [unit(_mean([_without(vector, common) for vector in vectors])) for vectors in classes]
    looked_at = _without(text, common)
    weights = [math.exp(SHARPNESS * sum(map(float.__mul__, looked_at, centre))) for centre in centres]
    return [weight / sum(weights) for weight in weights]


def _mean(vectors: list[Vector]) -> Vector:
    return [sum(column) / len(vectors) for column in zip(*vectors, strict=True)]


def _without(vector: Vector, common: Vector) -> Vector:
    return unit([value - shared for value, shared in zip(vector, common, strict=True)])
