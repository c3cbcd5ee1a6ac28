"""Export and erasure of one person across all plugins, derived from the columns' annotations."""

from __future__ import annotations

from dihya_hookspecs import hookimpl
from dihya_hookspecs.rgpd import Consents, Held, People


@hookimpl
def register_services(registry):
    from .objections import Objections
    from .restricting import Restricted  # what stands on SQLAlchemy is imported when services are asked for

    registry.register_factory(People, "dihya_rgpd.service:DataSubjects.from_container")
    registry.register_factory(Held, "dihya_rgpd.holding:Kept.from_container")
    registry.register_factory(Consents, "dihya_rgpd.consents:Ledger.from_container")
    registry.register_factory(Objections, "dihya_rgpd.objections:Objections.from_container")
    registry.register_factory(Restricted, "dihya_rgpd.restricting:Restricted.from_container", once=True)


@hookimpl
def before_serving(app_info):
    from .replaying import replay

    replay()


@hookimpl
def on_restored(restored):
    from .replaying import after_restore

    after_restore(restored.previous)
