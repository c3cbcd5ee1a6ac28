"""The limits of a generation."""

from __future__ import annotations

import pytest
from dihya_services.settings import Settings
from pydantic import ValidationError


def test_every_setting_says_what_it_does() -> None:
    """Each field has a default and one sentence."""
    for field in Settings.model_fields.values():
        assert field.description and field.description.endswith(".")
        assert not field.is_required()


@pytest.mark.parametrize(
    "wrong",
    [
        {"idea_characters": 99},
        {"threshold": 1.1},
        {"deadline": 0},
        {"proof_seconds": 4},
        {"proof_memory_mb": 127},
        {"streams": 0},
        {"heartbeat": 0},
        {"ideas": 1},
    ],
    ids=lambda each: next(iter(each)),
)
def test_wrong_settings_are_refused(wrong: dict[str, float]) -> None:
    """What no generation could work with, and a misspelt name, are errors that name the field."""
    with pytest.raises(ValidationError, match=next(iter(wrong))):
        Settings(**wrong)


def test_the_longest_idea_is_a_setting(make_app, fakes) -> None:
    """A shorter limit in dihya.toml refuses what the default would take."""
    app = make_app("services", plugins={"fakes": fakes}, config={"services": {"idea_characters": 100}})
    client = app.client("user")
    longest = "membre".ljust(100, "x")
    assert client.post("/api/v1/generations/proposals", json={"idea": longest}).status_code == 200
    refused = client.post("/api/v1/generations/proposals", json={"idea": f"{longest}x"})
    assert refused.status_code == 422 and "100" in refused.json["detail"]
