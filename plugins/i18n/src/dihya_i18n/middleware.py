"""Which language a request is answered in."""

from __future__ import annotations

from dihya_hookspecs.web import Step

from .speaking import choose_language, choose_language_of_person, say_language

STEPS = (
    Step("language", "identity", choose_language, say_language),
    Step("language of the person", "content", choose_language_of_person, None),
)
