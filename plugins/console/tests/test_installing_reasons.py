"""Why a plugin is not brought in, and why a change failed, is said to each reader in their language."""

from __future__ import annotations

import io
from dataclasses import replace
from typing import Any

import pytest
from dihya_plugins import work
from dihya_plugins.sentences import Sentence

ENGLISH, FRENCH = ({"Accept": "text/html", "Accept-Language": code} for code in ("en", "fr"))


@pytest.fixture
def app(make_app: Any, demo: Any) -> Any:
    """The application, whose operator allows uploads."""
    return make_app("console", "i18n", "plugins", plugins={"demo": demo}, config={"plugins": {"uploads": True}})


@pytest.mark.parametrize(
    ("headers", "words"), [(ENGLISH, "cannot be unpacked"), (FRENCH, "ne peut pas être décompressé")]
)
def test_what_is_refused_is_refused_in_the_reader_s_language(app: Any, headers: dict[str, str], words: str) -> None:
    """At once, on the page from which it was sent."""
    data = {"file": (io.BytesIO(b"x"), "dihya_notes-1.0-py3-none-any.whl")}
    answer = app.client("console:installer").post("/console/installing/upload", data=data, headers=headers)
    assert answer.status_code == 422 and words in answer.text


@pytest.mark.parametrize(
    ("headers", "words"), [(ENGLISH, "it would be quarantined, odd"), (FRENCH, "il serait en quarantaine, odd")]
)
def test_why_a_change_failed_is_said_in_the_reader_s_language(app: Any, headers: dict[str, str], words: str) -> None:
    """Whatever language the process had in which it failed."""
    values = {"name": "notes", "version": "1", "state": Sentence("quarantined"), "why": "odd"}
    why = Sentence("%(name)s %(version)s was not installed: it would be %(state)s, %(why)s", values)
    work.write(app.data, replace(work.new("install", "notes", "1", "p1"), state="failed", said=str(why)), why)
    assert words in app.client("admin").get("/console/installing/progress", headers=headers).text
