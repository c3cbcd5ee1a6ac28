"""The private keys of an installation, and whether they are those of its database."""

from __future__ import annotations

from dihya_hookspecs import hookimpl
from dihya_hookspecs.keys import Keys


@hookimpl
def register_services(registry):
    registry.register_factory(Keys, "dihya_keys.service:FileKeys.from_container", once=True)


@hookimpl
def before_serving(app_info):
    if app_info.serving:
        from dihya_hookspecs.acts import get

        from .agreement import ensure

        ensure(get(Keys))
