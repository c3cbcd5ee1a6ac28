"""Blobs addressed by content, with owner and purpose."""

from __future__ import annotations

from dihya_hookspecs import hookimpl
from dihya_hookspecs.app import AppInfo, Registry
from dihya_hookspecs.rgpd import Demand, Disclosure, Erasure, Subject


@hookimpl
def register_services(registry: Registry) -> None:
    from dihya_hookspecs.storage import Blobs

    registry.register_factory(Blobs, "dihya_storage.service:LocalBlobs.from_container", enter=False)


@hookimpl
def on_startup(app_info: AppInfo) -> None:
    if app_info.serving:
        from .places import say

        say()


@hookimpl
def on_rgpd_export(subject: Subject, demand: Demand) -> list[Disclosure]:
    from .rights import disclose

    return disclose(subject)


@hookimpl
def on_rgpd_erase(subject: Subject, demand: Demand) -> list[Erasure]:
    from .rights import erase

    return erase(subject)
