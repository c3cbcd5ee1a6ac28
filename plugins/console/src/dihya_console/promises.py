"""What the front page promises: only what an active plugin keeps."""

from __future__ import annotations

from typing import NamedTuple

from dihya_hookspecs.app import Plugins
from dihya_hookspecs.audit import AuditLog
from dihya_hookspecs.generation import Prover, Templates
from dihya_hookspecs.i18n import Text
from dihya_hookspecs.rgpd import People

PLAIN = Text(
    "An application on your own machine, with your data under your control.",
    "Une application sur votre propre machine, avec vos données sous votre contrôle.",
)
"""What is said where nothing can be generated."""


class Promises(NamedTuple):
    """Which sentences are true: that a sentence becomes a plugin, that changes leave a trace, that people's data are theirs."""

    builds: bool
    traces: bool
    respects: bool


def promised(plugins: Plugins) -> Promises:
    """Return what the active plugins keep."""
    provides = plugins.provides
    return Promises(provides(Templates) and provides(Prover), provides(AuditLog), provides(People))
