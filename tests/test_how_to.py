"""docs/how-to/: what each page has one write is a plugin, or a part of the tutorial's, whose tests pass by the lines of the page."""

import os
import re
import shlex
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from tests.test_docs_lines import FILE, lines_of

ROOT = Path(__file__).parents[1]
FOLDER = ROOT / "docs" / "how-to"
PAGES = {path.stem: path.read_text("utf-8") for path in sorted(FOLDER.glob("*.md"))}
WHOLE = [name for name, text in PAGES.items() if "file=pyproject.toml" in text]
PARTS = [name for name, text in PAGES.items() if FILE.search(text) and name not in WHOLE]
LONGEST = 80
INTO = re.compile(r"^```\w+ into=(\S+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
IMPORTS = re.compile(r"(?:(?:from|import) .*\n|\n(?=from |import ))*")
GOES_ON = re.compile(r"You have the\s+plugin of\s+\[[^]]+\]\(([^)]+)\.md\)")
OWN = {"PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}", "PYTHONDONTWRITEBYTECODE": "1"}
BUILD = "import sys, uv_build; print(uv_build.build_wheel(sys.argv[1]))"


def installed(folder, place):
    """Build the wheel of a folder, and unpack it where Python finds it; what is tested is what others install."""
    place.mkdir()
    command = [sys.executable, "-c", BUILD, str(place)]
    built = subprocess.run(command, cwd=folder, env={**os.environ, **OWN}, capture_output=True, text=True, check=True)
    name = built.stdout.split()[-1]
    with zipfile.ZipFile(place / name) as wheel:
        wheel.extractall(place / "site")
    return place / "site"


@pytest.fixture
def reader(tmp_path):
    """Returns a function that does what a reader does with a folder: builds it, installs it, types the lines of a page."""

    def typed(folder, text, *, away=True):
        site = installed(folder, tmp_path / "wheel")
        if away:
            shutil.move(folder / "src", tmp_path / "sources")
        said, env = "", {**os.environ, **OWN, "PYTHONPATH": str(site)}
        for line in lines_of(text):
            done = subprocess.run(shlex.split(line), cwd=folder, env=env, capture_output=True, text=True, check=False)
            assert done.returncode == 0, f"{line}\n{done.stdout[-3000:]}{done.stderr[-1000:]}"
            said += done.stdout
        return said

    return typed


def written(text, folder):
    """Write the files of a page, as a reader does."""
    for path, content in FILE.findall(text):
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_text(content, "utf-8")
    for path, block in INTO.findall(text):
        (folder / path).write_text(pasted((folder / path).read_text("utf-8"), block), "utf-8")
    return folder


def pasted(text, block):
    """Add a block to a file, as the pages say: its imports below those at the top, and the rest to the end."""
    imports = IMPORTS.match(block)[0]
    last = max((each.end() for each in re.finditer(r"^(?:from|import) .*\n", text, re.MULTILINE)), default=0)
    return text[:last] + imports + text[last:] + block.removeprefix(imports)


def before(name):
    """Return the pages that a reader has followed before this one, the first of them first."""
    if name == "../tutorial":
        return [(FOLDER / "../tutorial.md").read_text("utf-8")]
    (base,) = GOES_ON.findall(PAGES[name])
    return before(base) if base not in PAGES else [*before(base), PAGES[base]]


@pytest.mark.parametrize("name", PARTS)
def test_what_a_page_adds_to_the_plugin_of_the_tutorial_does_what_the_page_says(name, tmp_path):
    """The tests of the tutorial pass as before, beside those of the page."""
    for text in (*before(name), PAGES[name]):
        written(text, tmp_path)
    (line,) = lines_of(PAGES[name])
    done = subprocess.run(
        ["bash", "-c", line], cwd=tmp_path, env={**os.environ, **OWN}, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout[-3000:] + done.stderr[-1000:]
    (printed,) = re.findall(r"^(\d+ passed)$", PAGES[name], re.MULTILINE)
    assert printed in done.stdout


@pytest.mark.parametrize("name", PARTS)
def test_a_page_is_read_in_one_go(name):
    """It says first what the reader has at the end, and is short."""
    lines = PAGES[name].splitlines()
    assert lines[2].startswith("At the end, ")
    assert len(lines) <= LONGEST


@pytest.mark.parametrize("name", WHOLE)
def test_the_plugin_of_a_page_does_what_the_page_says(name, reader, tmp_path):
    """As many tests pass as the page prints."""
    text, folder = PAGES[name], written(PAGES[name], tmp_path / "plugin")
    (printed,) = re.findall(r"^(\d+ passed)$", text, re.MULTILINE)
    assert printed in reader(folder, text)


@pytest.mark.exhaustive
def test_the_lines_on_the_contract_run_in_the_folder_of_a_plugin(reader, tmp_path):
    """In one that earns every mark, each of them passes."""
    folder = shutil.copytree(ROOT / "plugins" / "tests" / "mutants" / "good" / "rates", tmp_path / "dihya-rates")
    said = reader(folder, PAGES["contract-tests"], away=False)
    assert "failed" not in said


def test_every_page_is_found_from_the_readme():
    """A page that nothing leads to is read by nobody."""
    text = (ROOT / "README.md").read_text("utf-8") + (ROOT / "docs" / "extending.md").read_text("utf-8")
    assert [name for name in PAGES if f"how-to/{name}.md" not in text] == []
