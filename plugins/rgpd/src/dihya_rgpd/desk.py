"""The desk as pages and interface reach it, and what both answer in the same way."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, cast

from dihya_hookspecs.acts import get
from dihya_hookspecs.app import AppInfo
from dihya_hookspecs.rgpd import People, Subject
from flask import Response, after_this_request

from .archive import Sending, work_folder
from .models import DemandRow
from .outcome import Outcome
from .settling import committed

if TYPE_CHECKING:
    from .service import DataSubjects


def opened() -> DataSubjects:
    """Return the desk of the act that is running."""
    return cast("DataSubjects", get(People))


def once_committed(outcome: Outcome, answered: Callable[[DemandRow], Response]) -> Response:
    """Answer with what is true after the commit: whether the bytes are gone is known only then."""

    @after_this_request
    def complete(response: Response) -> Response:
        if response.status_code == 200:
            committed(outcome.demand)
            made = answered(opened().receipts.of(outcome.demand))
            response.set_data(made.get_data())
            response.mimetype = made.mimetype
        return response

    return Response(status=200)


def archive(subjects: Sequence[Subject], portable: bool = False) -> Response:
    """Answer with the signed ZIP about *subjects*, whole or *portable*; it is written whole before its first byte is sent."""
    file = tempfile.TemporaryFile(dir=work_folder(get(AppInfo).data))  # noqa: SIM115 - closed once it is sent
    try:
        outcome = opened().disclose(subjects, file, portable)
        size = file.tell()
        file.seek(0)
    except BaseException:
        file.close()
        raise
    name = "portable" if portable else "export"
    headers = {
        "Content-Disposition": f'attachment; filename="{name}-{outcome.demand}.zip"',
        "Cache-Control": "no-store",
        "Dihya-Complete": "true" if outcome.complete else "false",
    }
    answer = Response(Sending(file), mimetype="application/zip", headers=headers)
    answer.content_length = size
    return answer
