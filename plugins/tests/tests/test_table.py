"""The table that people read."""

from datetime import UTC, datetime
from types import SimpleNamespace

from dihya_hookspecs import i18n
from dihya_hookspecs.i18n import Text
from dihya_tests.suite import table
from dihya_tests.suite.model import Check, Result, failed, not_checked, passed, warned
from dihya_tests.suite.report import reported

TARGET = SimpleNamespace(name="petit", parcel=SimpleNamespace(version="0.1.0", sha256="ab" * 32), sources_sha256="")


def said(*results):
    report = reported(TARGET, results, datetime(2026, 1, 2, tzinfo=UTC), 4.2)
    return "\n".join(table.lines(report))


def result(name, outcome, exempt=""):
    return Result(
        Check(name, Text("holds", "vaut"), lambda _: outcome, Text("mend it", "réparez")), outcome, 0.1, exempt
    )


def test_a_row_has_one_of_three_marks():
    """What failed says why and what to do, what was not checked says why."""
    text = said(
        result("docs.a", passed("seen", "vu")), result("audit.b", failed("line 3 lies", "la ligne 3 ment")),
        result("cicd.c", not_checked(Text("no tool is here", "pas d’outil"))),
    )  # fmt: skip
    assert "✔ Docs           1 check passed" in text
    assert "✘ Audit          0 checks passed, 1 failed" in text
    assert "– CI/CD          0 checks passed, 1 not checked" in text
    assert "✘ audit.b  holds\n    line 3 lies\n    → mend it" in text
    assert "– cicd.c  holds\n    no tool is here" in text
    assert text.endswith("1 of 3 columns have earned their mark")


def test_a_warning_has_a_line_of_its_own_and_costs_no_mark():
    """With what was found and what to write; where there is none, what passed is not told."""
    text = said(result("docs.a", warned(["x.py:3 uses 'a'"], "seen", "vu")), result("docs.b", warned([], "seen", "vu")))
    assert "✔ Docs           2 checks passed, 1 with a warning" in text
    assert "! docs.a  holds\n    x.py:3 uses 'a'\n    → mend it" in text
    assert "docs.b" not in text and text.endswith("1 of 1 column has earned its mark")


def test_an_exempt_mark_never_stands_without_its_reason():
    """In the row itself, and below."""
    text = said(result("docs.a", failed("nothing", "rien"), "it draws maps"))
    assert "✔ Docs           0 checks passed, 1 exempt (docs.a: it draws maps)" in text
    assert "exempt: it draws maps" in text


def test_a_strangers_words_do_not_steer_the_terminal():
    """Escape sequences are shown as what they are not."""
    assert "\x1b" not in said(result("docs.a", failed("\x1b[2J gone", "\x1b[2J")))


def test_it_speaks_the_readers_language():
    """Titles, evidence and advice."""
    token = i18n.language.set("fr")
    try:
        text = said(result("monitored.a", failed("nothing", "rien")))
    finally:
        i18n.language.reset(token)
    assert "✘ Surveillance" in text and "rien" in text and "→ réparez" in text
