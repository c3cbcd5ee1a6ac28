"""What is generated works: each plugin's own tests pass, in a process of their own."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from dihya_hookspecs.generation import Needs
from dihya_templates.growing import Growth

EXTRA = [
    {
        "name": "member",
        "fields": [
            {"name": "licence", "type": "text", "max": 20, "required": True, "unique": True, "personal": "unique_id"},
            {"name": "level", "type": "enum", "required": True, "personal": "account", "values": [{"name": "new"}, {"name": "old"}]},
        ],
    },
    {
        "name": "boat",
        "title": {"en": "Boats", "fr": "Bateaux"},
        "fields": [
            {"name": "name", "type": "text", "required": True, "impersonal": "a thing of the club"},
            {"name": "length", "type": "decimal", "min": 1, "max": 30, "impersonal": "a thing of the club"},
            {"name": "manual", "type": "url", "impersonal": "a thing of the club"},
        ],
    },
    {
        "name": "boat_trip",
        "fields": [
            {"name": "boat_id", "type": "reference", "to": "boat", "required": True},
            {"name": "member_id", "type": "reference", "to": "member", "required": True},
            {"name": "leaves_at", "type": "datetime", "required": True, "personal": "behavior"},
            {"name": "returns_at", "type": "datetime", "personal": "behavior"},
        ],
        "rules": [
            {"rule": "not_before", "field": "returns_at", "than": "leaves_at"},
            {"rule": "unique_together", "fields": ["boat_id", "leaves_at"]},
        ],
    },
]  # fmt: skip


def prove(folder: Path) -> None:
    """Run the tests of a generated plugin as a person would: from its folder."""
    environment = {key: value for key, value in os.environ.items() if not key.startswith(("PYTEST", "COV"))}
    result = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "--no-header"],
        cwd=folder, env=environment, capture_output=True, text=True, timeout=300, check=False,
    )  # fmt: skip
    assert result.returncode == 0, result.stdout[-4000:] + result.stderr[-2000:]
    assert "passed" in result.stdout


@pytest.mark.parametrize("template", ["association", "sante", "ecommerce"])
def test_template_works(library, write, template):
    """With its default options, in French, each template gives a plugin whose tests pass."""
    prove(write(library.render(Needs("", template, f"mon_{template}"))))


@pytest.mark.journey
def test_additions_work(library, write):
    """Fields, entities and rules that somebody added are tested like the others."""
    needs = Needs("", "association", "voile", {"donations": True}, "en", EXTRA, title='Club "Le Large"')
    prove(write(library.render(needs)))


@pytest.mark.exhaustive
def test_every_choice_works(library, write, written):
    """Each written template with each choice of its options, in both languages, gives a plugin whose tests pass."""
    prove(write(library.render(written)))


@pytest.mark.exhaustive
@pytest.mark.parametrize("sector", ["education", "immobilier", "industrie", "sport", "btp", "restauration"])
def test_a_whole_sector_works(library, write, sector):
    """With all of its tables, in French, each gives a plugin whose tests pass."""
    every = dict.fromkeys(library.get(sector).options["properties"], True)
    prove(write(library.render(Needs("", sector, f"mon_{sector}", every))))


def test_a_next_version_works(library, write):
    """Its tests run all of its migrations, up and down."""
    files = library.render(Needs("", "association", "mon_club"))
    structure = json.loads(files[".dihya/structure.json"])
    edit = {"edit": "add_field", "table": "member", "label": "Taille du maillot", "type": "text"}
    grown = Growth().grow(files, library.edit(structure, edit).structure)
    assert grown.version == "0.2.0"
    prove(write(grown.files))
