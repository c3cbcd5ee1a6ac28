"""Trials, as others ask for them: begun under limits, asked, ended."""

from __future__ import annotations

import os
import secrets
import subprocess
import sys
import threading
import time
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import psutil
from dihya_hookspecs import Invalid, NotFound, folders
from dihya_hookspecs.access import SYSTEM
from dihya_hookspecs.acts import Acts
from dihya_hookspecs.app import AppInfo
from dihya_hookspecs.i18n import gettext as _
from dihya_hookspecs.trying import Trial, TrialAnswer, TrialLimits, TrialRequest

from dihya_tests import work

from . import passage, rooms

GONE = 15.0
"""Seconds that the end of a trial may take before nobody waits for it any more."""


class KeptTrials:
    """Implements ``Trials``."""

    def __init__(self, data: Path, serving: bool) -> None:
        self.data, self.serving, self.where = data, serving, work.place(data)

    @classmethod
    def from_container(cls, svcs_container: Any) -> KeptTrials:
        """Build the service inside an act."""
        info = svcs_container.get(AppInfo)
        return cls(info.data, info.serving)

    def begin(self, files: Mapping[str, str], *, name: str, of: str, person: str, limits: TrialLimits) -> Trial:
        """Start a plugin in a process of its own."""
        now = datetime.now(UTC)
        ends = rooms.until(now, limits.seconds)
        trial = Trial(secrets.token_urlsafe(32), of, person, name, "starting", now, ends)
        more = {
            "memory_mb": limits.memory_mb, "disk_mb": limits.disk_mb, "data": str(self.data),
            "server": _server(self.data) if self.serving else None,
        }  # fmt: skip
        with rooms.alone(self.where):
            rooms.sweep(self.where)
            self._demand_room(person, limits)
            room, lock = rooms.add(self.where, trial, more)
        try:
            project = room / "project" / f"dihya-{name.replace('_', '-')}"
            project.mkdir(parents=True)
            folders.fill(files, project)
            _start(room, lock)
        except BaseException:
            rooms.close(room, "failed")
            raise
        finally:
            os.close(lock)
        return trial

    def all(self) -> Sequence[Trial]:
        """Return the trials of this machine."""
        rooms.sweep_alone(self.where)
        return [trial for _room, trial in rooms.every(self.where)]

    def get(self, token: str) -> Trial:
        """Return the trial that goes on under this token."""
        return self._find(token)[1]

    def ask(self, token: str, request: TrialRequest) -> TrialAnswer:
        """Pass a request on."""
        room, trial = self._find(token)
        if trial.state != "running":
            raise Invalid(_("the application starts still; try again in a moment"), code="starting", status=503)
        if not 0 <= request.role < len(trial.roles):
            raise NotFound(_("nobody tries in this role"))
        return passage.ask(room / rooms.SOCKET, request)

    def end(self, token: str) -> None:
        """End a trial."""
        for room, trial in rooms.every(self.where):
            if _is(trial, token):
                (room / rooms.END).touch()
                until = time.monotonic() + GONE
                while rooms.kept(room) and time.monotonic() < until:
                    time.sleep(0.05)

    def forget(self, person: str) -> int:
        """End the trials of a person and remove what is known of those that ended; return how many there were."""
        found = [(room, trial) for room, trial in rooms.every(self.where) if trial.person == person]
        for room, trial in found:
            self.end(trial.token)
            rooms.remove(room)
        return len(found)

    def _find(self, token: str) -> tuple[Path, Trial]:
        for room, trial in rooms.every(self.where):
            if _is(trial, token) and datetime.now(UTC) < trial.ends and rooms.kept(room):
                return room, trial
        raise NotFound(_("nothing is tried at this address, or not any more"))

    def _demand_room(self, person: str, limits: TrialLimits) -> None:
        going = [trial for _room, trial in rooms.every(self.where) if trial.state != "ended"]
        if sum(trial.person == person for trial in going) >= limits.per_person:
            raise Invalid(_("you are trying an application already; end that trial first"), code="trying", status=409)
        if len(going) >= limits.in_all:
            raise Invalid(
                _("%(count)s applications are being tried on this machine, as many as may; try again when one has ended",
                  count=len(going)),
                code="trials", status=409,
            )  # fmt: skip


def _is(trial: Trial, token: str) -> bool:
    """Tell whether a trial goes on under this token, in the same time for every token."""
    return secrets.compare_digest(trial.token.encode(), token.encode()) and trial.state != "ended"


def sweep(acts: Acts) -> None:
    """Remove what killed processes left of trials on this machine, and the word of those that are over."""
    with acts.open("tests.sweep_trials", actor=SYSTEM) as act:
        where = work.place(act.get(AppInfo).data)
    rooms.sweep_alone(where)


def _start(room: Path, lock: int) -> None:
    """Start the keeper, which holds the lock of its room from its first moment."""
    with (room / rooms.LOG).open("ab") as said:
        process = subprocess.Popen(
            [sys.executable, "-P", "-m", "dihya_tests.trying.keeper", str(room)],
            cwd="/", stdin=subprocess.DEVNULL, stdout=said, stderr=said, start_new_session=True, pass_fds=(lock,),
        )  # fmt: skip
    threading.Thread(target=process.wait, daemon=True).start()  # or it stays a zombie


def _server(data: Path) -> tuple[int, float] | None:
    """Return the process of the server that writes its number into the data folder, with its beginning."""
    try:
        process = psutil.Process(int((data / "serve.pid").read_text()))
        return process.pid, process.create_time()
    except (OSError, ValueError, psutil.Error):
        return None
