"""Which packages do what a distribution needs; the contract says it, so that nobody else has to be named."""

from __future__ import annotations

from dihya_hookspecs import brand, channels, ui


def package(service: type) -> str:
    """Return the package that provides a service, ``dihya-console``."""
    return str(service.__provided_by__)  # type: ignore[attr-defined]


def section(service: type) -> str:
    """Return the section of settings of whoever provides a service, ``console``."""
    return package(service).removeprefix("dihya-").replace("-", "_")


BRAND: type = brand.Brand
"""Shows name, logo, colours and words."""
LANGUAGES: type = ui.Formats
"""Offers languages."""
SERVER: type = channels.Channels
"""Serves, with a setting ``port``."""
