"""What may be set."""

from __future__ import annotations

import pytest
from dihya_i18n.settings import Settings, languages, languages_or_none, zones
from pydantic import ValidationError


def test_french_and_paris_are_the_defaults() -> None:
    """Without a word in the configuration, people get French and the time of Paris."""
    assert (Settings().default, Settings().timezone) == ("fr", "Europe/Paris")


@pytest.mark.parametrize(
    "wrong", [{"timezone": "Mars/Olympus"}, {"timezone": "../etc/passwd"}, {"default": "French"}, {"zone": "UTC"}]
)
def test_what_is_wrong_is_refused(wrong: dict[str, str]) -> None:
    """Unknown time zones, codes that are none, and misspelt names."""
    with pytest.raises(ValidationError):
        Settings(**wrong)


def test_people_choose_among_what_there_is(make_app) -> None:
    """The languages that plugins registered, none of them, and the time zones of the machine."""
    with make_app("i18n").act():
        assert languages() == {"fr": "Français", "en": "English"}
        assert list(languages_or_none()) == ["", "fr", "en"]
    assert zones()["America/New_York"] == "America/New York" and "UTC" in zones()
