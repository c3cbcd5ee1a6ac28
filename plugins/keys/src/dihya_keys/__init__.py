"""The private keys of an installation, and whether they are those of its database."""

from __future__ import annotations

from dihya_hookspecs import hookimpl
from dihya_hookspecs.keys import Keys


@hookimpl
def register_services(registry):
    kept = []

    def keys(svcs_container):
        from .service import FileKeys

        if not kept:
            kept.append(FileKeys.from_container(svcs_container))
        return kept[0]

    registry.register_factory(Keys, keys)


@hookimpl
def before_serving(app_info):
    if app_info.serving:
        from dihya_hookspecs.acts import get

        from .agreement import ensure

        ensure(get(Keys))
