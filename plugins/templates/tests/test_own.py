"""Plugins that their authors go on writing."""

from __future__ import annotations

import ast
import tomllib

import pytest
from dihya_hookspecs import Invalid
from dihya_templates.own import NOTE, plugin_files, publisher
from dihya_templates.tables import tables

BY = publisher('Aïcha "Tin" N\'Diaye', "MIT", "https://example.org/dihya-loans")


def made(*said: str, name: str = "loans", taken=()):
    """Return the files for tables."""
    return plugin_files(name, "Lending tools", tables(said or [NOTE]), BY, taken=dict(taken))


def test_the_project_says_who_publishes_it_and_under_which_licence() -> None:
    """A new project names publisher and licence, whatever their letters, and its wheel is fit to be published."""
    files = made()
    project = tomllib.loads(files["pyproject.toml"])["project"]
    assert project["authors"] == [{"name": 'Aïcha "Tin" N\'Diaye'}]
    assert (project["license"], project["license-files"]) == ("MIT", ["LICENSE"])
    assert project["urls"] == {"Source": "https://example.org/dihya-loans"}
    assert "Copyright (c) Aïcha" in files["LICENSE"]
    assert "src/dihya_loans/py.typed" in files


def test_nothing_says_that_files_must_stay_as_they_are() -> None:
    """Its author goes on writing: digests of what was made would be wrong with the first change."""
    assert [path for path in made() if path.startswith(".dihya")] == []


def test_without_people_there_is_no_test_of_their_data() -> None:
    """A test without a case would count as left out."""
    assert "tests/test_rgpd.py" not in made()
    assert "tests/test_rgpd.py" in made("member: name:text!=name")


def test_every_module_can_be_read() -> None:
    """For tables with each type of field."""
    files = made(
        "member: name:text!=name email:email phone:phone site:url note:long_text",
        "tool: title:text! price:decimal count:integer good:boolean state:enum(new,old)",
        "loan: tool_id:reference! member_id:reference! lent_on:date! back_at:datetime",
    )
    for path, text in files.items():
        if path.endswith(".py"):
            ast.parse(text)


@pytest.mark.parametrize(
    ("said", "message"),
    [
        ("tool: price:coins", r"/tool/price/type: 'coins' is not one of"),
        ("tool: id:text", r"/tool/id"),
        ("loan: who_id:reference(nobody)", r"/loan/who_id"),
        ("tool: state:enum", r"/tool/state/values"),
        ("member: name:text=horoscope", r"/member/name/personal"),
    ],
)
def test_a_mistake_is_told_at_the_table_and_field_that_were_named(said, message) -> None:
    """A mistake is told at the table and field that were named, not at a place of the template made of them."""
    with pytest.raises(Invalid, match=message):
        made(said)


def test_a_name_that_is_taken_is_refused() -> None:
    """With what bears it."""
    with pytest.raises(Invalid, match="is the plugin 'audit'"):
        made(name="audit", taken={"audit": "the plugin 'audit'"})


def test_a_licence_without_a_text_is_refused() -> None:
    """The licences that are here are named."""
    with pytest.raises(Invalid, match="one of Apache-2.0, MIT"):
        publisher("Tin", "GPL")
