"""Artificial intelligence: providers, one chain through them, and what may be changed on the way."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal, Protocol

from . import hookspec
from .access import Denial
from .acts import provided_by

Capability = Literal["classify", "structure", "chat"]
Tier = Literal["provider", "embedded", "deterministic"]
Residency = Literal["local", "eu", "any"]
Outcome = Literal[
    "answered",
    "abstained",
    "timeout",
    "unreachable",
    "rate_limited",
    "server_error",
    "auth",
    "content_policy",
    "context_too_long",
    "bad_request",
    "malformed",
    "quota",
    "not_capable",
    "policy",
]


@dataclass(frozen=True, slots=True)
class ModelCard:
    """What is known of a model: where it runs, under which licence, what it can do.

    Attributes:
        context: tokens that fit; 0 when unknown.
        digest: SHA-256 of the weights, where they are a file.
        price: euros for a million tokens (input, output); None when unknown.
    """

    name: str
    provider: str
    tier: Tier
    capabilities: tuple[Capability, ...]
    residency: Residency = "any"
    licence: str = ""
    languages: tuple[str, ...] = ()
    context: int = 0
    digest: str = ""
    price: tuple[float, float] | None = None
    trains_on_input: bool = False


@dataclass(frozen=True, slots=True)
class Label:
    """One answer that a classification may give: a name, and short examples of texts that deserve it."""

    name: str
    examples: tuple[str, ...]
    words: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class AIRequest:
    """What is asked of a model. It is never logged.

    Attributes:
        purpose: a slug such as ``template-choice``; this is logged.
        person: the id of whoever it is done for; quotas are counted on it.
        labels: for ``classify``.
        schema: for ``structure``: the JSON Schema that the answer must fit.
        residency: the widest place where the text may go.
        deadline: seconds for the whole chain.
        threshold: a classification less certain than this counts as an abstention.
    """

    purpose: str
    capability: Capability
    text: str
    person: str | None = None
    instructions: str = ""
    labels: tuple[Label, ...] = ()
    schema: Mapping[str, Any] | None = None
    residency: Residency = "any"
    deadline: float = 20.0
    threshold: float = 0.6
    max_tokens: int = 1024


@dataclass(frozen=True, slots=True)
class AIResponse:
    """What came back, and from where.

    Attributes:
        label, confidence: for ``classify``.
        data: for ``structure``: what of the answer fits the schema that was asked for; parts that do not are left out.
        degraded: True when a lower tier than the first that was asked answered.
        reason: one sentence a person can read on why this answer, for rules above all.
    """

    tier: Tier
    provider: str
    model: str
    text: str = ""
    data: Any = None
    label: str = ""
    confidence: float = 0.0
    ranking: tuple[tuple[str, float], ...] = ()
    degraded: bool = False
    tokens_in: int = 0
    tokens_out: int = 0
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Attempt:
    """One try at one provider: everything but what was said."""

    number: int
    tier: Tier
    provider: str
    model: str
    outcome: Outcome
    milliseconds: float
    detail: str = ""
    tokens_in: int = 0
    tokens_out: int = 0
    retry_after: float | None = None


class AIFailure(Exception):
    """A provider could not answer; *outcome* says in which way, and so whether another may be asked."""

    def __init__(self, outcome: Outcome, detail: str = "", retry_after: float | None = None) -> None:
        super().__init__(f"{outcome}: {detail}" if detail else outcome)
        self.outcome, self.detail, self.retry_after = outcome, detail, retry_after


class Provider(Protocol):
    """Something that answers AI requests."""

    card: ModelCard

    def answer(self, request: AIRequest, seconds: float) -> AIResponse:
        """Answer within *seconds*, or raise AIFailure; never retry inside."""


@dataclass(frozen=True, slots=True)
class Next:
    """Which provider to try next (by ``card.provider``), or None to stop; the reason is logged."""

    provider: str | None
    reason: str


@provided_by("dihya-ai-fallback")
class Assistant(Protocol):
    """The chain of providers behind one call."""

    def ask(self, request: AIRequest) -> tuple[AIResponse, Sequence[Attempt]]:
        """Return an answer and every attempt. Raises Refused (429) when a quota says so and the policy is to reject."""

    def cards(self) -> Sequence[ModelCard]:
        """The models in the order in which they would be asked."""


@hookspec(kind="collect", on_error="quarantine", found=("providers:PROVIDERS",))
def register_ai_providers() -> Provider | list[Provider]:  # type: ignore[empty-body]
    """Return providers with their model cards; the tier on the card says where in the chain they stand."""


@hookspec(kind="transform", result=(AIRequest, Denial), on_error="deny")
def on_ai_request(request: AIRequest, card: ModelCard) -> AIRequest | Denial | None:
    """Return the request as it may be sent to the model of *card*: masked, enriched; a Denial skips that model.

    Called before each attempt.
    """


@hookspec(kind="first", result=Next, on_error="next")
def on_ai_fallback(attempt: Attempt, remaining: tuple[ModelCard, ...]) -> Next | None:
    """Say which of the *remaining* models is tried next, or stop; None keeps their order. Called when an attempt failed."""


@hookspec(kind="transform", result=(AIResponse, Denial), on_error="deny")
def on_ai_response(response: AIResponse, request: AIRequest) -> AIResponse | Denial | None:
    """Return the response: checked, unmasked, marked; a Denial counts as a malformed answer.

    Called after each attempt that was answered.

    Args:
        request: as it was asked for, before any masking.
    """
