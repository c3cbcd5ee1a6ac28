"""Why a change of plugins failed or is refused: kept as it was meant, and said in the language of whoever reads it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, TypeVar

from dihya_hookspecs import DihyaError, Invalid
from dihya_hookspecs.i18n import Text, gettext, mark

_E = TypeVar("_E", bound=DihyaError)
STATES = (
    mark("disabled"), mark("quarantined"), mark("incompatible"), mark("missing requirement"), mark("tripped"),
    mark("absent"),
)  # fmt: skip
"""States of a plugin as they stand in a sentence."""


@dataclass(frozen=True, slots=True)
class Sentence:
    """English, as the catalogue has it, with ``%(name)s`` for its values; ``str()`` says it to whoever reads now.

    Attributes:
        values: texts, numbers, and other sentences.
    """

    text: str
    values: Mapping[str, Any] = field(default_factory=dict)

    def __str__(self) -> str:
        values = {
            name: str(value) if isinstance(value, (Sentence, Text)) else value for name, value in self.values.items()
        }
        return gettext(self.text, **values)


def refused(
    text: str,
    kind: type[_E] = Invalid,  # type: ignore[assignment]
    code: str = "install",
    status: int | None = None,
    params: Mapping[str, Any] | None = None,
    **values: Any,
) -> _E:
    """Return the error of what is refused or failed, with a sentence that can be said in any language.

    Args:
        text: is marked where it stands: ``refused(mark("%(name)r is a link"), name=…)``.
    """
    sentence = Sentence(text, values)
    error = kind(str(sentence), code=code, status=status, params=params)
    error.sentence = sentence  # type: ignore[attr-defined]
    return error


def told(error: BaseException) -> Sentence | Text | str:
    """Return what an error says, in a form that can be said in any language where it has one."""
    if not isinstance(error, DihyaError):
        return str(error)
    reason = error.params.get("reason")
    return reason if isinstance(reason, Text) else getattr(error, "sentence", error.message)


def packed(said: object) -> Any:
    """Return a sentence as JSON, to be read in another process and by somebody else."""
    if isinstance(said, Text):
        return {"en": said.en, "fr": said.fr}
    if isinstance(said, Sentence):
        return {"text": said.text, "values": {name: packed(value) for name, value in said.values.items()}}
    return said if isinstance(said, int) else str(said)


def unpacked(said: Any) -> Any:
    """Return what was packed."""
    if isinstance(said, dict) and "text" in said:
        return Sentence(str(said["text"]), {name: unpacked(value) for name, value in said.get("values", {}).items()})
    return Text(str(said["en"]), str(said["fr"])) if isinstance(said, dict) else said
