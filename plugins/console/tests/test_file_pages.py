"""The addresses from which files come and to which they go."""

from __future__ import annotations

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
