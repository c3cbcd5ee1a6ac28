"""The page of marks says what records say, and nothing else."""

from pathlib import Path

import pytest
from dihya_tests.marks import page
from dihya_tests.marks.index import Index, Row
from dihya_tests.marks.standing import Standing
from dihya_tests.suite.model import COLUMNS

INDEX = Index(
    language="fr",
    row=[Row(module="petit", role="Petit"), Row(module="graphql", role="Requêtes"), Row(module="core", role="Cœur", note="un noyau")],
    more=[Row(module="keys", role="Clés")],
)  # fmt: skip


@pytest.fixture
def made(a_record):
    """Makes the pages of a plugin whose checks ended in these states."""

    def make(flaw="", **states):
        record = a_record("petit", states={name.replace("__", "."): state for name, state in states.items()})
        return page.pages(INDEX, [Standing("petit", Path("plugins/petit"), record, flaw)])

    return make


def row(pages, module):
    (line,) = [line for line in pages["modules.md"].splitlines() if line.startswith((f"| {module} ", f"| [{module}]"))]
    return [cell.strip() for cell in line.strip("|").split("|")]


def test_a_mark_leads_to_what_was_seen(made):
    """Each column has a heading on the page of evidence, and the link names it."""
    pages = made()
    assert row(pages, "petit")[2] == "[✔](modules/petit.md#sécurité)"
    assert row(pages, "petit")[10] == "[✔](modules/petit.md#cicd)"
    assert "\n## Sécurité\n" in pages["modules/petit.md"]


def test_the_evidence_stands_in_the_order_of_the_table(made):
    """Column by column."""
    heads = [line[3:] for line in made()["modules/petit.md"].splitlines() if line.startswith("## ")]
    assert heads == [column.fr for column in COLUMNS.values()]


def test_a_check_that_failed_is_a_cross_with_evidence_and_advice(made):
    """A check that failed is a cross with evidence and advice, and changes no other column."""
    pages = made(docs__readme="failed")
    assert [cell[1] for cell in row(pages, "petit")[2:]].count("✘") == 1
    assert "- ✘ `docs.readme`" in pages["modules/petit.md"] and "  - → " in pages["modules/petit.md"]


def test_what_was_not_checked_has_no_mark(made):
    """Words stand there."""
    assert row(made(docs__readme="not_checked"), "petit")[7] == "[non vérifié](modules/petit.md#docs)"


def test_an_exemption_stands_with_its_reason(made):
    """The mark has a star, and the reason stands below the table."""
    pages = made(docs__readme="exempt")
    assert row(pages, "petit")[7].startswith("[✔*]")
    assert "- `petit`, `docs.readme`: it draws maps" in pages["modules.md"]


def test_a_record_that_does_not_count_gives_no_mark(made):
    """It says why, by the plugin's name."""
    pages = made(flaw="the statement is about another wheel")
    assert set(row(pages, "petit")[2:]) == {"non vérifié"}
    assert "- `petit`: the statement is about another wheel" in pages["modules.md"]
    assert "✔]" not in pages["modules.md"]


def test_a_module_that_is_not_there_says_so(made):
    """One that is there without being a plugin says why nothing is checked."""
    pages = made()
    assert row(pages, "graphql")[1:] == ["Requêtes — *n’existe pas encore*", *["·"] * 9]
    assert row(pages, "core")[1:] == ["Cœur — *un noyau*", *["non vérifié"] * 9]


def test_the_numbers_are_counted(made):
    """Of what counts."""
    assert "3 lignes, dont 1 ont un plugin" in made()["modules.md"]
    assert "8 ✔, 1 ✘, 0 non vérifiées" in made(docs__readme="failed")["modules.md"]


def test_what_a_plugin_said_is_no_markup(a_record):
    """A stranger's words cannot make a mark or a link."""
    record = a_record("petit", said="| ✔ | [x](http://a) \n# title")
    text = page.pages(INDEX, [Standing("petit", Path("petit"), record, "")])["modules/petit.md"]
    assert r"\| ✔ \| \[x\](http://a) \# title" in text


def test_pages_of_plugins_that_went_are_found(tmp_path, made):
    """Pages of plugins that went are found, so that they go too."""
    (tmp_path / "modules").mkdir()
    for name in ("petit", "gone"):
        (tmp_path / "modules" / f"{name}.md").write_text("")
    assert [path.name for path in page.left_over(tmp_path, made())] == ["gone.md"]
