"""What can be read off a plugin's files."""

from __future__ import annotations

from pathlib import Path

import pytest
from dihya_hookspecs import Invalid
from dihya_tests import checks

FACE, MODELS = "src/dihya_petit/__init__.py", "src/dihya_petit/models.py"


def failed(files: dict[str, str]) -> set[str]:
    """Names of the checks that the files do not pass."""
    return {check.name for check in checks.static_checks(files, generated=True) if not check.passed}


def test_a_good_plugin_passes(petit) -> None:
    """A plugin without flaw passes every check."""
    assert failed(petit) == set()
    assert checks.findings(petit) == []


@pytest.mark.parametrize(
    ("path", "old", "new", "check"),
    [
        ("pyproject.toml", 'name = "dihya-petit"', 'name = "dihya-grand"', "one name"),
        ("pyproject.toml", 'petit = "dihya_petit"', 'petit = "dihya_autre"', "one name"),
        ("pyproject.toml", '"uv_build"', '"setuptools.build_meta"', "built without code of its own"),
        (
            "pyproject.toml",
            'build-backend = "uv_build"',
            'build-backend = "uv_build"\nbackend-path = ["."]',
            "built without code of its own",
        ),
        (MODELS, "class Thing", "class Thing(", "every file compiles"),
        (MODELS, "from sqlalchemy", "import requests\nfrom sqlalchemy", "imports only what it declares"),
        (MODELS, "from sqlalchemy", "import dihya_core\nfrom sqlalchemy", "imports only what it declares"),
        (MODELS, "from sqlalchemy", "import dihya_audit\nfrom sqlalchemy", "imports only what it declares"),
        (MODELS, "from sqlalchemy", "import subprocess\nfrom sqlalchemy", "imports only what it declares"),
        (MODELS, "from sqlalchemy", "import socket\nfrom sqlalchemy", "imports only what it declares"),
        (
            MODELS,
            "from sqlalchemy",
            "from importlib import import_module\nfrom sqlalchemy",
            "imports only what it declares",
        ),
        (MODELS, '"""A thing."""', '"""A thing."""\n    x = eval("1")', "starts no process and builds no code"),
        (
            MODELS,
            '"""A thing."""',
            '"""A thing."""\n    x = __import__("os").system',
            "starts no process and builds no code",
        ),
        (
            MODELS,
            '"""A thing."""',
            '"""A thing."""\n    x = ().__class__.__mro__',
            "starts no process and builds no code",
        ),
        (FACE, '_("read")', '_("see everything")', "the French catalogue is complete"),
        ("README.md", "# dihya", "dihya", "the README has its sections"),
    ],
)
def test_each_flaw_is_caught_by_its_check(petit, sign, path: str, old: str, new: str, check: str) -> None:
    """A plugin with one flaw fails exactly the check that is meant for it."""
    assert old in petit[path]
    assert failed(sign({**petit, path: petit[path].replace(old, new)})) == {check}


def test_a_missing_catalogue_is_caught(petit, sign) -> None:
    """Sentences without any catalogue fail."""
    petit.pop("src/dihya_petit/translations/fr.po")
    assert failed(sign(petit)) == {"the French catalogue is complete"}


def test_a_plugin_without_tests_is_caught(petit, sign) -> None:
    """A plugin must bring tests."""
    petit.pop("tests/test_models.py")
    assert failed(sign(petit)) == {"it has tests"}


@pytest.mark.parametrize("spoil", [{"README.md": "# dihya-petit\n## a\n## b\n## c\n"}, {"extra.txt": "x"}])
def test_a_provenance_that_is_not_true_is_caught(petit, spoil: dict[str, str]) -> None:
    """A changed file and an added file differ from the provenance."""
    assert failed({**petit, **spoil}) == {"the provenance is true"}


def test_a_file_named_in_the_provenance_must_exist(petit) -> None:
    """A removed file is missed."""
    petit.pop("src/dihya_petit/py.typed")
    assert failed(petit) == {"the provenance is true"}


def test_findings_name_the_file(petit) -> None:
    """A finding says which file, what is wrong and which check says so."""
    petit[MODELS] += "\nimport socket\n"
    (finding,) = checks.findings(petit)
    assert (finding.path, finding.check) == (MODELS, "imports")
    assert "'socket'" in finding.detail


@pytest.mark.parametrize(
    "line",
    [
        "from importlib.resources import files",
        "from urllib.parse import quote",
        "import json",
        "from http import HTTPStatus",
    ],
)
def test_harmless_parts_of_closed_packages_stay_open(petit, sign, line: str) -> None:
    """Reading one's own data files and quoting a URL is allowed."""
    petit[MODELS] += f"\n{line}\n"
    assert failed(sign(petit)) == set()


def test_reading_refuses_what_is_no_plugin(tmp_path: Path, petit, folder) -> None:
    """An empty folder, a link and bytes that are not UTF-8 are refused with a sentence."""
    with pytest.raises(Invalid, match="no pyproject.toml"):
        checks.read(tmp_path)
    root = folder(petit)
    assert checks.read(root) == petit
    (root / "data.json").write_bytes(b"\xff\xfe")
    with pytest.raises(Invalid, match="not UTF-8"):
        checks.read(root)
    (root / "data.json").unlink()
    (root / "link.py").symlink_to("/etc/passwd")
    with pytest.raises(Invalid, match="is a link"):
        checks.read(root)


def test_a_plugin_has_one_name(petit) -> None:
    """No entry point, or two, cannot be proven."""
    with pytest.raises(Invalid, match="one entry point"):
        checks.plugin_name({"pyproject.toml": "[project]\n"})
    with pytest.raises(Invalid, match="cannot be read"):
        checks.plugin_name({"pyproject.toml": "["})
    assert checks.plugin_name(petit) == "petit"
