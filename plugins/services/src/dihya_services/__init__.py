"""From an idea to a proven plugin: the generation of projects."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dihya_hookspecs import hookimpl

if TYPE_CHECKING:
    from dihya_hookspecs.rgpd import Demand, Disclosure, Erasure, Subject


@hookimpl
def on_rgpd_export(subject: Subject, demand: Demand) -> list[Disclosure]:
    """Give a person the plugins that were generated for them."""
    from .people import disclose

    return disclose(subject)


@hookimpl
def on_rgpd_erase(subject: Subject, demand: Demand) -> list[Erasure]:
    """Let go of the files of a person's generations; the rows go by their annotations."""
    from .people import erase

    return erase(subject)
