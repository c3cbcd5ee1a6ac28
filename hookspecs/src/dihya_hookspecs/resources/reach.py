"""Which tables the actor of the running act may look into, by the resources that stand for them."""

from __future__ import annotations

from typing import Any

from ..access import Access
from ..acts import current, get
from ..app import Plugins


def readable(model: Any) -> bool:
    """Tell whether a resource stands for this table and the actor may read it."""
    actor, access = current().actor, get(Access)
    return any(
        resource.service.model is model and access.decide(actor, resource.read)
        for _, resource in get(Plugins).collected("register_resources")
    )
