"""The files of a plugin: the same bytes each time, clean, and code only where we wrote code."""

from __future__ import annotations

import ast
import hashlib
import json
import re
import subprocess
import sys
import tomllib

import pytest
from dihya_hookspecs import Invalid
from dihya_hookspecs.generation import Needs
from dihya_templates.building import planned
from dihya_templates.completion import completed
from dihya_templates.library import template_from
from dihya_templates.service import Library
from dihya_templates.structure import structure_of
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

RUFF = [sys.executable, "-m", "ruff"]
RULES = "E4,E7,E9,E501,F,I,B,UP,SIM,RUF100,T20,S1,S2,S3,S5,S6,S7"
EXCEPT = "B008,S603,S607,S311"


def test_same_needs_give_the_same_bytes(library):
    """There is no clock and no chance in a rendering."""
    needs = Needs("an idea", "ecommerce", "boutique", {"stock": False})
    first = library.render(needs)
    script = (
        "import hashlib, json; from dihya_hookspecs.generation import Needs;"
        "from dihya_templates.library import own_templates; from dihya_templates.service import Library;"
        "files = Library(own_templates()).render(Needs('other words', 'ecommerce', 'boutique', {'stock': False}));"
        "print(hashlib.sha256(json.dumps(files).encode()).hexdigest())"
    )
    again = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=True, env={"PYTHONHASHSEED": "7"}
    )
    assert again.stdout.strip() == hashlib.sha256(json.dumps(first).encode()).hexdigest()
    assert list(first) == sorted(first)


def test_files_of_a_plugin(library):
    """The tree is that of every plugin, without an empty file."""
    files = library.render(Needs("", "association", "mon_club"))
    assert {path for path in files if path.startswith("src/")} == {
        f"src/dihya_mon_club/{name}"
        for name in (
            *(
                "__init__.py",
                "cli.py",
                "health.py",
                "models.py",
                "pages.py",
                "permissions.py",
                "sample.py",
                "sample.json",
                "structure.json",
                "py.typed",
            ),
            "migrations/0001_initial.py",
        )
    }
    assert all(text.endswith("\n") for path, text in files.items() if not path.endswith("py.typed"))
    project = tomllib.loads(files["pyproject.toml"])
    assert project["project"]["entry-points"]["dihya.plugins"] == {"mon_club": "dihya_mon_club"}
    assert project["project"]["name"] == "dihya-mon-club"


def test_provenance_is_true_and_keeps_the_idea_to_itself(library):
    """Every file has its digest; template, options and proposer are named; the idea is not."""
    files = library.render(Needs("my secret idea", "association", "club", {"donations": True}, proposer="smollm2"))
    provenance = json.loads(files[".dihya/provenance.json"])
    assert provenance["files"] == {
        path: hashlib.sha256(text.encode()).hexdigest()
        for path, text in files.items()
        if path != ".dihya/provenance.json"
    }
    assert provenance["template"]["sha256"] == library.get("association").digest
    assert provenance["options"]["donations"] is True
    assert provenance["ai_generated"] is True
    assert not any("my secret idea" in text for text in files.values())


@pytest.mark.parametrize("language", ["fr", "en"])
def test_readme_speaks_the_language(library, language):
    """The README has fixed sections in the language of the needs, with purposes and retention."""
    text = library.render(Needs("", "sante", "cabinet", language=language))["README.md"]
    headings = [line for line in text.splitlines() if line.startswith("## ")]
    assert headings[0] == {"fr": "## Ce que vous obtenez", "en": "## What you get"}[language]
    assert len(headings) == 7
    assert {"fr": "obligation légale | 20 ans", "en": "legal obligation | 20 years"}[language] in text


@pytest.mark.parametrize("template", ["association", "sante", "ecommerce"])
def test_no_field_is_named_twice(library, template):
    """The source says each field in its model, and once in the migration that makes its column."""
    needs = Needs("", template, "affaire")
    plan = planned(structure_of(completed(needs, library.get(template), {}), library.get(template)))
    files = library.render(needs)
    others = [
        text
        for path, text in files.items()
        if path.startswith("src/") and path.endswith(".py") and "migrations/" not in path
    ]
    for entity in plan.entities:
        for field in entity.fields:
            declared = [re.findall(rf"^    {field.name}: Mapped", text, re.MULTILINE) for text in others]
            expected = sum(each.name == field.name for other in plan.entities for each in other.fields)
            assert sum(map(len, declared)) == expected, field.name


def test_every_output_is_clean(every_needs, library, write):
    """Each template with each choice of options, in both languages, is formatted and without complaint."""
    for number, needs in enumerate(every_needs):
        folder = write(library.render(needs), f"{needs.template}{number}").parent
    for command in (
        [*RUFF, "format", "--check", "--no-cache", "."],
        [
            *RUFF,
            "check",
            "--no-cache",
            "--select",
            RULES,
            "--ignore",
            EXCEPT,
            "--per-file-ignores",
            "**/tests/**:S101",
            ".",
        ],
    ):
        result = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
        assert result.returncode == 0, result.stdout[-3000:]


NASTY = st.one_of(
    st.text(st.characters(), min_size=1, max_size=60),
    st.sampled_from(
        [
            '"""\nimport os\n"""',
            "'); import os; ('",
            '"), __import__("os")',
            "{{ 7 * 7 }}",
            "{% for x in () %}",
            "\\",
            '\\"',
            "x\u2028import os",
            "%(x)s",
            '"\n[tool.evil]\nx = "',
            "# ---\n",
        ]
    ),
)


@pytest.fixture
def club_of(association):
    """Return a function that writes a club's plugin with what is needed beside the association's template."""

    def write(**needs):
        return Library([association]).render(Needs("", "association", "club", **needs))

    return write


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(title=NASTY, label=NASTY, why=NASTY, caption=NASTY, value=NASTY)
def test_no_text_becomes_code(club_of, title, label, why, caption, value):
    """Titles, labels, reasons, captions and sample texts are data: the code has the same shape whatever they say."""

    def shapes(title, label, why, caption, value):
        fields = [
            {"name": "about", "type": "text", "label": label, "impersonal": why},
            {"name": "kind", "type": "enum", "impersonal": why, "values": [{"name": "one", "title": caption}]},
        ]
        rules = [{"rule": "required_when", "field": "about", "when": "kind", "is": "one"}]
        sample = {"one": {"about": value, "kind": "one"}}
        thing = {"name": "thing", "title": title, "singular": title, "fields": fields, "rules": rules, "sample": sample}
        files = club_of(entities=[thing], title=title)
        # Everything that can be read is read: Python, TOML and JSON.
        project = tomllib.loads(files["pyproject.toml"])
        assert set(project["tool"]) == {"dihya", "mypy", "pytest", "ruff"}
        assert set(json.loads(files["src/dihya_club/sample.json"])["things"]) == {"one"}
        return {path: _shape(text) for path, text in files.items() if path.endswith(".py") and "test" not in path}

    # A blank text is refused by the schema; a letter in front makes each of them say something.
    given_texts = [f"a{text}" for text in (title, label, why, caption, value)]
    assert shapes(*given_texts) == shapes("b", "c", "d", "e", "f")


def _shape(text: str) -> str:
    """Return the syntax tree without the contents of its strings."""
    tree = ast.parse(text)
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            node.value = ""
    return ast.dump(tree)


def test_template_language_is_not_spoken_by_data(small):
    """What looks like Jinja in a template's data is printed, not run."""
    small["title"] = {"en": "{{ 7 * 7 }}", "fr": "{{ plan }}"}
    files = Library([template_from(small)]).render(Needs("", "club", "club", language="en"))
    assert "{{ 7 * 7 }}" in files["pyproject.toml"]
    assert not any("49" in files[path] for path in ("README.md", "pyproject.toml"))


NAMES = st.sampled_from(
    [
        "member",
        "boat",
        "team",
        "crew",
        "date",
        "order",
        "class",
        "open",
        "news",
        "model_x",
        "note",
        "a_b",
        "members",
        "event",
        "x9",
    ]
)
KINDS = st.sampled_from(
    [
        "text",
        "long_text",
        "integer",
        "decimal",
        "boolean",
        "date",
        "datetime",
        "email",
        "phone",
        "url",
        "enum",
        "reference",
        "blob",
    ]
)
VALUES = st.lists(st.fixed_dictionaries({"name": NAMES}), min_size=1, max_size=4)
SIZES = st.integers(-5, 50)
FIELD = st.fixed_dictionaries(
    {"name": NAMES | st.sampled_from(["boat_id", "member_id"]), "type": KINDS},
    optional={
        "to": NAMES,
        "values": VALUES,
        "required": st.booleans(),
        "unique": st.booleans(),
        "min": SIZES,
        "max": SIZES,
        "default": SIZES | NAMES | st.booleans(),
        "personal": st.sampled_from(["name", "health_and_medical", "aura"]),
        "impersonal": st.just("a thing"),
        "purpose": st.sampled_from(["membership", "donations", "nothing"]),
    },
)
RULE = st.fixed_dictionaries(
    {"rule": st.sampled_from(["not_before", "required_when", "states", "unique_together", "sum_at_most"])},
    optional={
        "field": NAMES,
        "than": NAMES,
        "when": NAMES,
        "is": NAMES,
        "fields": st.lists(NAMES, max_size=3),
        "moves": st.dictionaries(NAMES, st.lists(NAMES, max_size=2), max_size=3),
    },
)
ENTITY = st.fixed_dictionaries(
    {"name": NAMES, "fields": st.lists(FIELD, max_size=5)},
    optional={
        "plural": NAMES,
        "subject": st.sampled_from(["id", "boat_id", "member_id"]),
        "erase": st.sampled_from(["delete", "anonymise"]),
        "rules": st.lists(RULE, max_size=2),
        "columns": st.lists(NAMES, max_size=3),
        "order": NAMES,
    },
)


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(ENTITY, max_size=3))
def test_additions_end_in_code_or_in_a_refusal(club_of, entities):
    """Whatever is added, it is refused with pointers, or rendered into code that compiles; never a traceback."""
    try:
        files = club_of(entities=entities)
    except Invalid as refusal:
        assert all(flaw.pointer.startswith("/entities/") for flaw in refusal.flaws)
        return
    for path, text in files.items():
        if path.endswith(".py"):
            compile(text, path, "exec")
