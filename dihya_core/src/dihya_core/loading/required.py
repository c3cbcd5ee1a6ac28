"""Without which plugins nothing is served, and what is said when one of them cannot run."""

from __future__ import annotations

from dihya_hookspecs import Invalid
from dihya_hookspecs.i18n import Text

from dihya_core.settings.core_settings import TRUST, Toggles


def locked(switches: Toggles, name: str) -> Text | None:
    """Return why a plugin cannot be switched off without further words, or None."""
    if name in switches.required:
        return listed(name)
    if name in TRUST and name not in switches.accept_loss_of:
        said, lost = "cannot be switched off here: without it", TRUST[name]
        return Text(
            f"plugin {name!r} {said} {lost.en}",
            f"le plugin {name!r} ne peut pas être désactivé ici : sans lui, {lost.fr}",
        )
    return None


def required(switches: Toggles, name: str) -> bool:
    """Tell whether nothing is served without this plugin."""
    trusted = name in TRUST and name not in switches.accept_loss_of
    left_out = switches.enable and name not in switches.enable  # whoever lists what runs says so on purpose
    return name in switches.required or (trusted and not left_out)


def listed(name: str) -> Text:
    """Return what is said of a plugin that the configuration requires."""
    return Text(
        f"plugin {name!r} is listed as required; take it out of [plugins] required first",
        f"le plugin {name!r} est déclaré indispensable ; retirez-le d’abord de [plugins] required",
    )


def ensure_dispensable(switches: Toggles, name: str, reason: str) -> None:
    """Raise Invalid when a plugin cannot run without which nothing is served."""
    if not required(switches, name):
        return
    if name in switches.required:
        ways = f"take it out of [plugins] required and run 'dihya --safe-mode plugins disable {name}'"
        raise Invalid(f"required plugin {name!r} cannot run: {reason}; to start without it, {ways}", code="required")
    ways = (
        f"'dihya --safe-mode plugins enable {name}', or with 'dihya --safe-mode plugins disable {name} --accept-loss'"
    )
    raise Invalid(
        f"plugin {name!r} cannot run: {reason}. Nothing is served, because without it {TRUST[name].en}; go on with {ways}",
        code="required",
    )
