"""What was stopped or has failed, built again from the same decisions."""

from __future__ import annotations

from dihya_hookspecs import Invalid
from dihya_hookspecs.generation import Templates
from dihya_hookspecs.i18n import gettext as _

from . import ending
from .models import Generation
from .needs import needs_of, put_needs
from .service import Generations


def build_again(service: Generations, ended: Generation) -> Generation:
    """Begin a new generation with what was decided about one from which no plugin came; that one stays as it is.

    Raises Invalid: 409 for what has not ended, or became a plugin; otherwise for what cannot be built any more.
    """
    if ended.finished_at is None or ending.outcome(ended) != "failed":
        text = _("only what was stopped or has failed is built again")
        raise Invalid(text, code="not-failed", status=409)
    # before anything is kept: a template that is gone, or a name that was taken meanwhile, leaves no draft
    needs = service.act.get(Templates).complete(needs_of(ended))
    same = ("person_id", "idea", "proposal", "proposer", "model", "tier", "confidence")
    draft = Generation(**{name: getattr(ended, name) for name in same}, status="draft", task="")
    put_needs(draft, needs)
    service.session.add(draft)
    service.session.flush()
    return service.begin(draft)
