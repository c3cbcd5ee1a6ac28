"""Trying a plugin that was proven, before it is installed: who may, what of it, and how it ends."""

from __future__ import annotations

from typing import Any

from dihya_hookspecs import Invalid, NotFound
from dihya_hookspecs.acts import Act
from dihya_hookspecs.app import Plugins
from dihya_hookspecs.i18n import gettext as _
from dihya_hookspecs.installing import Installing
from dihya_hookspecs.trying import Trial, TrialLimits, Trials
from dihya_hookspecs.ui import path_of

from . import ending
from .finishing import root_name
from .models import Generation
from .service import Generations
from .settings import Settings


class Trying:
    """What one actor may try. Without a plugin that provides ``Trials`` there is nothing."""

    def __init__(self, act: Act, plugins: Plugins, generations: Generations, settings: Settings) -> None:
        self.act, self.plugins, self.generations, self.settings = act, plugins, generations, settings

    @classmethod
    def from_container(cls, svcs_container: Any) -> Trying:
        """Build the service inside an act."""
        return cls(*(svcs_container.get(each) for each in (Act, Plugins, Generations, Settings)))

    @property
    def possible(self) -> bool:
        """True where this application lets people try."""
        return self.settings.trials > 0 and self.plugins.provides(Trials)

    def limits(self) -> TrialLimits:
        """Return what one trial may use."""
        chosen = self.settings
        return TrialLimits(
            chosen.trial_minutes * 60, chosen.trial_memory_mb, chosen.trial_disk_mb, in_all=chosen.trials
        )

    def mine(self) -> Trial | None:
        """Return what the actor is trying at the moment, whatever it is of."""
        person = self.generations.actor.id
        return next((one for one in self._all() if one.person == person and one.state != "ended"), None)

    def of(self, generation: Generation) -> Trial | None:
        """Return the actor's last trial of a generation, also one that ended a moment ago; None when there is none."""
        person = self.generations.actor.id
        found = [one for one in self._all() if one.person == person and one.of == str(generation.id)]
        return found[-1] if found else None

    def begin(self, generation: Generation) -> Trial:
        """Start a trial of a proven generation, or return the one that goes on.

        Raises:
            Invalid: (409) it is not proven, or a limit is reached.
        """
        if not self.possible:
            raise NotFound(_("this application lets nobody try what it generates"))
        if (going := self.of(generation)) is not None and going.state != "ended":
            return going
        if ending.outcome(generation) != "ready" or not generation.archive:
            raise Invalid(
                _("this plugin is not proven; only what passed its proof can be tried"), code="not-proven", status=409
            )
        trial = self.act.get(Trials).begin(
            self.generations.files(generation), name=generation.name, of=str(generation.id),
            person=self.generations.actor.id, limits=self.limits(),
        )  # fmt: skip
        self.act.record("services.trial_begun", object=f"services_generations:{generation.id}")
        return trial

    def end(self, generation: Generation) -> None:
        """End the actor's trial of a generation; nothing to do where none goes on."""
        if (trial := self.of(generation)) is not None and trial.state != "ended":
            self.act.get(Trials).end(trial.token)
            self.act.record("services.trial_ended", object=f"services_generations:{generation.id}")

    def installable(self) -> bool:
        """True where the actor may bring a plugin in from the browser."""
        return (
            bool(path_of("arrivals"))
            and self.plugins.provides(Installing)
            and self.act.get(Installing).sources().uploads
        )

    def bring(self, generation: Generation) -> str:
        """Hand the ZIP to whoever installs, and return the path of the page on which that is decided.

        Raises:
            Invalid: it is not proven (409), or the operator lets nothing in from the browser (403).
        """
        packed = self.generations.archive(generation)
        if not self.installable():
            raise Invalid(_("nothing is installed from the browser here, or not by you"), code="installing", status=403)
        arrival = self.act.get(Installing).receive(f"{root_name(generation.name)}.zip", [packed])
        self.act.record("services.brought", object=f"services_generations:{generation.id}", sha256=arrival.id)
        return f"{path_of('arrivals')}{arrival.id}"

    def _all(self) -> list[Trial]:
        return list(self.act.get(Trials).all()) if self.possible else []


def why(trial: Trial) -> str:
    """Say how a trial ended, in the reader's language."""
    return {
        "": "",
        "told": _("The trial has ended, and nothing of it is left."),
        "time": _("The time of the trial is over, and nothing of it is left."),
        "memory": _(
            "The application used more memory than a trial may, so the trial was ended; nothing of it is left."
        ),
        "server": _("The trial ended with the server on which it was; nothing of it is left."),
        "stopped": _("The trial was stopped from outside; nothing of it is left."),
        "not isolated": _("This machine cannot keep a trial away from its own data, so nothing was run."),
        "failed": _("The application ended by itself; nothing of it is left."),
    }[trial.why]
