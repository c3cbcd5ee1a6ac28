"""A verifiable log of what happened: Merkle tree, signed checkpoints, proofs that verify offline."""

from __future__ import annotations

from dihya_hookspecs import hookimpl
from dihya_hookspecs.access import Permission
from dihya_hookspecs.app import SetupStep
from dihya_hookspecs.audit import Anchor, AuditLog
from dihya_hookspecs.backup import BackupPart
from dihya_hookspecs.i18n import Text
from dihya_hookspecs.ops import HealthCheck
from dihya_hookspecs.ui import Page


@hookimpl
def register_services(registry):
    from .service import Log

    registry.register_factory(AuditLog, Log.from_container)


@hookimpl
def on_audit(event, session):
    from .service import put

    put(event, session)


@hookimpl
def register_anchors():
    return Anchor("file", _append)


@hookimpl
def register_setup():
    return SetupStep("audit key", _make_key)


@hookimpl
def register_backup_parts():
    return BackupPart("audit", check=_check_backup)


@hookimpl(tryfirst=True)  # before others write in the act: the continuation has a transaction of its own
def on_restored(restored):
    from .restoring import restored as carry_on

    carry_on(restored)


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


@hookimpl
def register_permissions():
    return [
        Permission("audit:read", Text("read the audit log", "lire le journal d’audit"), ("admin", "dpo", "auditeur")),
    ]


@hookimpl
def register_health_checks():
    return HealthCheck("audit.log", _probe)


@hookimpl
def register_routes():
    from .routes import api, pages

    return [pages, api]


@hookimpl
def register_console_pages():
    return Page("audit", Text("Audit log", "Journal d’audit"), "/audit/", "audit:read", "trust", 10, "scroll-text")


@hookimpl
def register_commands():
    from .cli import audit

    return audit


def _append(note):
    from .service import append_to_file

    append_to_file(note)


def _make_key():
    from .service import make_key

    return make_key()


def _probe():
    from dihya_hookspecs.acts import get

    return get(AuditLog).probe()


def _check_backup():
    from .restoring import check

    return check()
