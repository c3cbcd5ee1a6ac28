"""A verifiable log of what happened: Merkle tree, signed checkpoints, proofs that verify offline."""

from __future__ import annotations

from dihya_hookspecs import hookimpl
from dihya_hookspecs.app import later
from dihya_hookspecs.audit import Anchor, AuditLog


@hookimpl
def register_services(registry):
    registry.register_factory(AuditLog, "dihya_audit.service:Log.from_container")


@hookimpl
def on_audit(event, session, more):
    from .service import put

    put(event, session, more)


@hookimpl
def register_anchors():
    return Anchor("file", later("dihya_audit.service:append_to_file"))


@hookimpl(tryfirst=True)  # before others write in the act: the continuation has a transaction of its own
def on_restored(restored):
    from .restoring import restored as carry_on

    carry_on(restored)


@hookimpl
def before_serving(app_info):
    if app_info.serving:
        from .service import ensure_key

        ensure_key()


@hookimpl
def on_startup(app_info):
    if app_info.serving:
        from .background import start

        start(app_info.data)


@hookimpl
def on_shutdown(app_info):
    if app_info.serving:
        from .background import stop

        stop(app_info.data)
