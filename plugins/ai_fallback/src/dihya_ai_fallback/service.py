"""The chain: policy, then providers in their order, then the embedded model, then rules; one deadline for all of it."""

from __future__ import annotations

import logging
import random
import time
import uuid
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from typing import Any

from dihya_hookspecs import Refused
from dihya_hookspecs.access import Access, Denial
from dihya_hookspecs.acts import Act, Acts
from dihya_hookspecs.ai import AIFailure, AIRequest, AIResponse, Attempt, ModelCard, Next, Outcome, Provider
from dihya_hookspecs.app import Hooks, Plugins

from . import rules
from .breaker import Breaker, Breakers
from .policy import HARMLESS, RETRYABLE, estimate, objection
from .quotas import Quotas
from .settings import Settings

log = logging.getLogger("dihya.ai_fallback")
_TIERS = {"provider": 0, "embedded": 1, "deterministic": 2}
EMBEDDED_SHARE = 0.25  # of the deadline is kept back for the embedded model, while one may still be asked
BACKOFF = 0.2  # seconds before the second try, when the provider does not say; up to half as much again is added


class _OwnQuota(AIFailure):
    """The person's tokens of today are used up: the provider was not asked, and nothing speaks against it."""

    def __init__(self) -> None:
        super().__init__("quota", "the person's tokens of today are used up")


@dataclass(slots=True)
class _Course:
    """One request on its way down the chain; times are monotonic seconds."""

    request: AIRequest
    end: float
    attempts: list[Attempt] = field(default_factory=list)
    first_tier: str = ""


class Chain:
    """Implements ``dihya_hookspecs.ai.Assistant``."""

    def __init__(self, act: Act, providers: Sequence[Provider], breakers: Breakers, quotas: Quotas, settings: Settings):
        self._act, self._breakers, self._quotas, self._settings = act, breakers, quotas, settings
        self._providers = sorted(providers, key=lambda provider: _TIERS[provider.card.tier])
        self._hooks = act.get(Hooks)

    @classmethod
    def from_container(cls, svcs_container: Any) -> Chain:
        """Build the chain inside an act, from what plugins registered."""
        settings = svcs_container.get(Settings)
        providers = [found for _, found in svcs_container.get(Plugins).collected("register_ai_providers")]
        act = svcs_container.get(Act)
        quotas = Quotas(svcs_container.get(Acts), settings.daily_tokens, running=act)
        return cls(act, providers, svcs_container.get(Breakers), quotas, settings)

    def cards(self) -> Sequence[ModelCard]:
        """Return the models in the order in which they would be asked."""
        return [*(provider.card for provider in self._providers), rules.CARD]

    def ask(self, request: AIRequest) -> tuple[AIResponse, Sequence[Attempt]]:
        """Return an answer and every attempt. Raises Refused (429) when a quota is used up and the policy is to reject."""
        if self._act.actor is not None and self._act.actor.kind in ("person", "key"):
            self._act.get(Access).demand("ai_fallback:use")
        course = _Course(request, time.monotonic() + request.deadline)
        remaining = list(self._providers)
        while remaining:
            provider = remaining.pop(0)
            response = self._try(course, provider, remaining)
            if response is not None:
                return self._answered(course, response), course.attempts
            decision = self._next(course.attempts[-1], remaining)
            if decision and decision.provider is None:
                return self._by_rules(course, decision.reason), course.attempts
            if decision:
                remaining.sort(key=lambda candidate: candidate.card.provider != decision.provider)
        return self._by_rules(course), course.attempts

    def _try(self, course: _Course, provider: Provider, remaining: Sequence[Provider]) -> AIResponse | None:
        """Ask one provider, twice if its failure is of the passing kind; None when it has no answer."""
        card = provider.card
        if objected := objection(course.request, card, self._settings):
            self._note(course, card, objected[0], time.monotonic(), objected[1])
            return None
        breaker = self._breakers.of(card.provider, card.name, self._settings)
        for second in (False, True):
            if not breaker.allows():
                left = f"left alone for {breaker.seconds_left:.0f} s more"
                self._note(course, card, "unreachable", time.monotonic(), left)
                return None
            seconds = self._share(course, card, remaining)
            if seconds <= 0:
                breaker.spared()
                self._note(course, card, "timeout", time.monotonic(), "no time is left")
                return None
            course.first_tier = course.first_tier or card.tier
            response = self._once(course, provider, breaker, seconds)
            if response is not None:
                return response
            wait = self._wait(course.attempts[-1])
            if second or wait is None or wait >= self._share(course, card, remaining):
                return None
            time.sleep(wait)
        return None

    def _once(self, course: _Course, provider: Provider, breaker: Breaker, seconds: float) -> AIResponse | None:
        """Make one attempt, and note it for the caller, the log and the breaker."""
        card, started, asked = provider.card, time.monotonic(), True
        try:
            with self._paid(course.request, card, seconds) as bill:
                response = provider.answer(self._sent(course.request, card), seconds)
                bill.append(response.tokens_in + response.tokens_out)
                response = self._received(response, course.request)
            outcome: Outcome = "abstained" if _abstains(response, course.request) else "answered"
            self._note(course, card, outcome, started, "", response)
        except AIFailure as failure:
            asked = not isinstance(failure, _OwnQuota)
            self._note(course, card, failure.outcome, started, failure.detail, retry_after=failure.retry_after)
        except Refused as refused:
            if refused.status == 429:
                breaker.spared()
                raise
            self._note(course, card, "policy", started, refused.message)
        except Exception as error:  # a provider is somebody else's code: its mistake must not end the chain
            log.exception("provider %s failed in a way it should not", card.provider)
            self._note(course, card, "server_error", started, type(error).__name__)
        attempt = course.attempts[-1]
        if attempt.outcome == "policy" or not asked:
            breaker.spared()
        elif attempt.outcome in HARMLESS:
            breaker.succeeded()
        else:
            breaker.failed(attempt.retry_after)
        return response if attempt.outcome == "answered" else None

    def _sent(self, request: AIRequest, card: ModelCard) -> AIRequest:
        changed = self._hooks.call("on_ai_request", request=request, card=card)
        if isinstance(changed, Denial):
            raise AIFailure("policy", changed.reason)
        return changed

    def _received(self, response: AIResponse, request: AIRequest) -> AIResponse:
        changed = self._hooks.call("on_ai_response", response=response, request=request)
        if isinstance(changed, Denial):
            raise AIFailure("malformed", changed.reason)
        return changed

    @contextmanager
    def _paid(self, request: AIRequest, card: ModelCard, seconds: float) -> Iterator[list[int]]:
        """Reserve tokens around an attempt and settle what the caller puts into the list; models of this machine are free."""
        bill: list[int] = []
        if card.tier != "provider" or not request.person:
            yield bill
            return
        reservation = self._reserve(request, seconds)
        try:
            yield bill
        finally:
            self._quotas.settle(reservation, sum(bill))

    def _reserve(self, request: AIRequest, seconds: float) -> uuid.UUID:
        reservation = self._quotas.reserve(str(request.person), estimate(request), seconds + 60)
        if reservation is not None:
            return reservation
        if self._settings.on_quota == "degrade":
            raise _OwnQuota
        headers = {"Retry-After": str(self._quotas.until_tomorrow())}
        raise Refused(
            "the day's quota of AI tokens is used up; try again tomorrow", code="quota", status=429, headers=headers
        )

    def _share(self, course: _Course, card: ModelCard, remaining: Sequence[Provider]) -> float:
        """Return the seconds this model may take, so that a silent one leaves time for those that may still be asked."""
        able = [other.card for other in remaining if not objection(course.request, other.card, self._settings)]
        left = course.end - time.monotonic()
        if card.tier != "provider":
            return left
        if any(other.tier == "embedded" for other in able):
            left -= course.request.deadline * EMBEDDED_SHARE
        return left / (1 + sum(other.tier == "provider" for other in able))

    def _wait(self, attempt: Attempt) -> float | None:
        if attempt.retry_after is not None and attempt.outcome not in ("quota", "auth"):
            return attempt.retry_after
        if attempt.outcome in RETRYABLE and attempt.tier == "provider":
            return BACKOFF * (1 + random.random() / 2)
        return None

    def _next(self, attempt: Attempt, remaining: Sequence[Provider]) -> Next | None:
        cards = tuple(provider.card for provider in remaining)
        found = self._hooks.call("on_ai_fallback", attempt=attempt, remaining=cards)
        if found is None:
            return None
        plugin, decision = found
        log.info("%s decides after %s: next is %s", plugin, attempt.outcome, decision.provider)
        return decision

    def _note(
        self, course: _Course, card: ModelCard, outcome: Outcome, started: float, detail: str,
        response: AIResponse | None = None, retry_after: float | None = None,
    ) -> None:  # fmt: skip
        took = round((time.monotonic() - started) * 1000, 1)
        model = response.model if response else card.name
        tokens = (response.tokens_in, response.tokens_out) if response else (0, 0)
        if outcome == "abstained" and response is not None and course.request.capability == "classify":
            detail = f"{response.confidence:.2f} is below {course.request.threshold:.2f}"
        attempt = Attempt(
            len(course.attempts) + 1, card.tier, card.provider, model, outcome, took, detail, *tokens, retry_after
        )
        course.attempts.append(attempt)
        log.info(
            "attempt %d for %s: %s %s %s in %.0f ms",
            attempt.number, course.request.purpose, card.provider, model, outcome, took,
        )  # fmt: skip

    def _answered(self, course: _Course, response: AIResponse) -> AIResponse:
        return replace(response, degraded=response.tier != course.first_tier)

    def _by_rules(self, course: _Course, stopped: str = "") -> AIResponse:
        started = time.monotonic()
        response = rules.refusal(stopped) if stopped else rules.answer(course.request)
        answered = bool(response.label)
        self._note(course, rules.CARD, "answered" if answered else "abstained", started, "", response)
        return replace(response, degraded=course.first_tier in ("provider", "embedded"))


def _abstains(response: AIResponse, request: AIRequest) -> bool:
    """Say whether an answer is none: a doubtful label, one that was not offered, no data, no text."""
    if request.capability == "classify":
        offered = response.label in {label.name for label in request.labels}
        return not offered or response.confidence < request.threshold
    return response.data is None if request.capability == "structure" else not response.text.strip()
