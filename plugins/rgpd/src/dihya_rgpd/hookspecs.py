"""What plugins say of themselves to this one."""

from __future__ import annotations

from dihya_hookspecs import hookspec
from dihya_hookspecs.rgpd import Purpose


@hookspec(kind="collect", result=Purpose, on_error="quarantine", found=("purposes:PURPOSES",))
def rgpd_purposes() -> Purpose | list[Purpose]:  # type: ignore[empty-body]
    """Return what this plugin uses data about people for, where they consent to it or may object.

    A purpose that stands here can be noted and withdrawn at the desk, and asked for by ``Consents``.
    """
