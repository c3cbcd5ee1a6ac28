"""What may be asked of which model, before anything is sent; and what a failure means for the rest of the chain."""

from __future__ import annotations

from dihya_hookspecs.ai import AIRequest, Attempt, ModelCard, Next, Outcome
from dihya_hookspecs.i18n import gettext as _

from .settings import Settings

_WIDTH = {"local": 0, "eu": 1, "any": 2}
RETRYABLE = frozenset({"rate_limited", "server_error", "unreachable"})
"""Failures after which the same provider is asked once more. A silent one is not: it would be silent again."""
HARMLESS = frozenset({"answered", "abstained", "content_policy", "context_too_long", "bad_request"})
"""Outcomes that say nothing against the provider's health."""


def objection(request: AIRequest, card: ModelCard, settings: Settings) -> tuple[Outcome, str] | None:
    """Return why this model may not be asked, or None. Looks at the request as it was asked for, never at a masked one."""
    widest = min(request.residency, settings.residency, key=_WIDTH.__getitem__)
    if _WIDTH[card.residency] > _WIDTH[widest]:
        return "policy", f"the text may not go further than {widest!r}, this model is {card.residency!r}"
    if card.trains_on_input and settings.no_training:
        return "policy", "this provider may train on what it is sent"
    if request.capability not in card.capabilities:
        return "not_capable", f"this model is not for {request.capability!r}"
    if card.tier == "provider" and card.context and estimate(request) > card.context:
        return "context_too_long", f"about {estimate(request)} tokens do not fit {card.context}"
    return None


def estimate(request: AIRequest) -> int:
    """Return the tokens that a request may cost at most, roughly: three characters a token, and the longest answer."""
    examples = sum(len(example) for label in request.labels for example in label.examples[:4])
    schema = len(str(request.schema or ""))
    return (len(request.text) + len(request.instructions) + examples + schema) // 3 + request.max_tokens


def after(attempt: Attempt) -> Next | None:
    """Return the default decision after a failure: stop at a refusal for content, otherwise keep the order."""
    if attempt.outcome == "content_policy":
        said = _("%(provider)s refused the text for its content; no other model is asked", provider=attempt.provider)
        return Next(None, said)
    return None
