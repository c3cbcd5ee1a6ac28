"""What an integrator may set."""

from __future__ import annotations

from functools import cache
from zoneinfo import ZoneInfo, available_timezones

from dihya_hookspecs.acts import get
from dihya_hookspecs.i18n import Text
from dihya_hookspecs.settings import editable
from pydantic import BaseModel, ConfigDict, Field, field_validator

TITLE = Text("Language and time", "Langue et heure")
ASKED = Text("As the browser asks", "Celle que demande le navigateur")


def languages() -> dict[str, str]:
    """Return the languages that people can choose."""
    from .service import Languages

    return {item.code: item.name for item in get(Languages).all()}


def languages_or_none() -> dict[str, Text | str]:
    """Return the same, and none of them."""
    return {"": ASKED, **languages()}


@cache
def zones() -> dict[str, str]:
    """Return the time zones of this machine."""
    return {name: name.replace("_", " ") for name in sorted(available_timezones())}


class Settings(BaseModel):
    """The section ``[i18n]``."""

    model_config = ConfigDict(extra="forbid")

    default: str = editable(
        "fr",
        Text("Language without another wish", "Langue sans autre souhait"),
        Text(
            "Language for people whose browser asks for none of ours.",
            "Langue des personnes dont le navigateur n’en demande aucune des nôtres.",
        ),
        choices=languages,
        pattern=r"^[a-z]{2,3}$",
    )
    language: str = editable(
        "",
        Text("Language", "Langue"),
        Text(
            "Language of pages and messages, whatever the browser asks for.",
            "Langue des pages et des messages, quoi que demande le navigateur.",
        ),
        personal=True,
        choices=languages_or_none,
        pattern=r"^([a-z]{2,3})?$",
    )
    timezone: str = editable(
        "Europe/Paris",
        Text("Time zone", "Fuseau horaire"),
        Text("Time zone in which dates are shown.", "Fuseau dans lequel les dates sont affichées."),
        personal=True,
        choices=zones,
    )

    offered: list[str] = Field(
        [],
        description="Codes of the languages that pages are offered in, such as `fr`; empty for all that plugins bring.",
    )

    @field_validator("timezone")
    @classmethod
    def _known(cls, value: str) -> str:
        try:
            ZoneInfo(value)
        except (KeyError, ValueError, OSError) as error:
            raise ValueError(f"unknown time zone {value!r}; write one like 'Europe/Paris' or 'UTC'") from error
        return value
