"""A chain of AI providers with one deadline, quotas and a tier that always answers.

Ask ``Assistant``. Policy comes first (where a text may go, what a model can do), then the providers in their order, then
the embedded model, then rules. Every attempt is handed back; none is hidden.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from dihya_hookspecs import hookimpl
from dihya_hookspecs.ai import Assistant

if TYPE_CHECKING:
    from dihya_hookspecs.ai import AIRequest, AIResponse, Attempt, ModelCard, Next
    from dihya_hookspecs.app import Registry


@hookimpl
def register_services(registry: Registry) -> None:
    """Offer the Assistant, and keep one set of circuit breakers for the whole process."""
    from .breaker import Breakers

    registry.register_value(Breakers, Breakers())
    registry.register_factory(Assistant, "dihya_ai_fallback.service:Chain.from_container")


@hookimpl
def on_ai_request(request: AIRequest, card: ModelCard) -> AIRequest | None:
    """Mask personal identifiers before a text leaves this machine."""
    from .masking import masked

    return masked(request) if card.residency != "local" else None


@hookimpl
def on_ai_response(response: AIResponse, request: AIRequest) -> AIResponse | None:
    """Put the masked identifiers back."""
    from .masking import unmasked

    return unmasked(response, request)


@hookimpl(trylast=True)
def on_ai_fallback(attempt: Attempt, remaining: tuple[ModelCard, ...]) -> Next | None:
    """Stop after a refusal for content, so that nobody is routed around it; otherwise keep the order."""
    from .policy import after

    return after(attempt)
