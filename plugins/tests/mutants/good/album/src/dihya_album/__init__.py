"""An album: people, and a picture of each."""

from dihya_hookspecs import hookimpl
from dihya_hookspecs.rgpd import Demand, Disclosure, Erasure, Subject


@hookimpl
def on_rgpd_export(subject: Subject, demand: Demand) -> list[Disclosure]:
    from .people import disclose

    return disclose(subject)


@hookimpl
def on_rgpd_erase(subject: Subject, demand: Demand) -> list[Erasure]:
    from .people import erase

    return erase(subject)
