"""Templates are compiled once for all applications of a process."""

from __future__ import annotations

import pytest
from dihya_tests.templates import Compiled
from jinja2 import DictLoader, Environment


@pytest.fixture
def compiled(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The sources that are compiled meanwhile."""
    seen: list[str] = []
    compile_ = Environment.compile

    def spy(self, source, *values, **named):
        seen.append(source)
        return compile_(self, source, *values, **named)

    monkeypatch.setattr(Environment, "compile", spy)
    return seen


def test_a_second_environment_compiles_nothing(compiled: list[str]) -> None:
    """It renders what the first one compiled, with its own values."""
    kept = Compiled()
    environments = [
        Environment(loader=DictLoader({"a": "Hello {{ who }}"}), autoescape=True, bytecode_cache=kept) for _ in range(2)
    ]
    said = [one.get_template("a").render(who=who) for one, who in zip(environments, ("Tin", "Ada"), strict=True)]
    assert (said, compiled) == (["Hello Tin", "Hello Ada"], ["Hello {{ who }}"])


def test_another_source_is_compiled_anew(compiled: list[str]) -> None:
    """A template that was changed says its new words."""
    kept = Compiled()
    said = [
        Environment(loader=DictLoader({"a": text}), autoescape=True, bytecode_cache=kept).get_template("a").render()
        for text in ("before", "after", "before")
    ]
    assert said == compiled == ["before", "after", "before"]


def test_applications_share_their_templates(make_app, compiled: list[str]) -> None:
    """The second application of a process opens its pages with what the first one compiled."""
    for _ in range(2):
        compiled.clear()
        assert make_app("console").client("admin").get("/").status_code == 200
    assert compiled == []
