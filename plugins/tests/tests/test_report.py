"""The report as JSON and as JUnit."""

from datetime import UTC, datetime
from types import SimpleNamespace
from xml.etree import ElementTree

import pytest
from dihya_hookspecs.i18n import Text
from dihya_tests.suite.model import Check, Result, failed, not_checked, passed
from dihya_tests.suite.report import Report, junit, reported

TARGET = SimpleNamespace(name="petit", parcel=SimpleNamespace(version="0.1.0", sha256="a" * 64), sources_sha256="")


def result(name, outcome, exempt=""):
    return Result(Check(name, Text("holds", "vaut"), lambda _: outcome, Text("mend", "réparez")), outcome, 0.1, exempt)


@pytest.fixture
def report():
    """One check of each state."""
    results = [
        result("docs.a", passed("seen", "vu", lines=3)),
        result("docs.b", failed("bad \x1b[31m", "mauvais")),
        result("audit.c", not_checked(Text("no tool", "pas d’outil"))),
        result("cicd.d", failed("none", "rien"), "it may"),
    ]
    return reported(TARGET, results, datetime(2026, 1, 2, tzinfo=UTC), 1.0)


def test_it_says_the_columns_that_were_asked_and_whether_all_is_green(report):
    """A column with no check is no line of it."""
    assert report.columns == {"audit": "not_checked", "docs": "failed", "cicd": "exempt"}
    assert not report.passed and not report.whole


def test_it_can_be_read_again(report):
    """JSON there and back."""
    assert Report.model_validate_json(report.model_dump_json()) == report


def test_junit_calls_what_was_not_checked_an_error(report):
    """Never a success, and control characters do not break the file."""
    root = ElementTree.fromstring(junit(report))  # noqa: S314 - our own
    cases = {case.get("name"): [child.tag for child in case] for case in root}
    assert cases == {"docs.a": [], "docs.b": ["failure"], "audit.c": ["error"], "cicd.d": ["skipped"]}
    assert (root.get("failures"), root.get("errors"), root.get("skipped")) == ("1", "1", "1")
