"""The addresses from which files come and to which they go."""

from __future__ import annotations

import io
from typing import Any

import pytest


@pytest.mark.parametrize(
    ("path", "name"),
    [
        ("members.csv", "demo-members.csv"),
        ("members.xlsx", "demo-members.xlsx"),
        ("members/template.xlsx", "demo-members-new.xlsx"),
    ],
)
def test_a_file_has_a_name_and_is_kept_nowhere(app: Any, path: str, name: str) -> None:
    """No cache keeps what it holds."""
    answer = app.client("admin").get(f"/demo/{path}")
    assert answer.headers["Content-Disposition"] == f'attachment; filename="{name}"'
    assert answer.headers["Cache-Control"] == "no-store"


@pytest.mark.parametrize(("more", "status"), [(0, 422), (1, 413)])
def test_a_file_that_is_too_large_is_refused_and_not_cut_off(
    app: Any, monkeypatch: pytest.MonkeyPatch, more: int, status: int
) -> None:
    """One byte more than may be sent is too much; up to there it is read, whatever is in it."""
    monkeypatch.setattr("dihya_hookspecs.resources.tables.LARGEST", 60)
    data = {"file": (io.BytesIO(b"x" * (60 + more)), "members.csv")}
    assert app.client("admin").post("/demo/members/import", data=data).status_code == status
