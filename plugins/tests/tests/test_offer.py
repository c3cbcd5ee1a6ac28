"""The proof of a generated plugin: the suite before the offer, the rest afterwards, and what it leaves in the plugin."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from dihya_hookspecs import Invalid
from dihya_hookspecs.i18n import Text, language
from dihya_tests import checks as reading
from dihya_tests import offer
from dihya_tests.prover import SandboxProver
from dihya_tests.settings import Settings
from dihya_tests.suite.model import Result, failed, not_checked, passed
from dihya_tests.suite.registry import checks
from dihya_tests.suite.report import Report

DANGEROUS = ("security.", "privacy.", "audit.")


@pytest.mark.parametrize("name", offer.LATER)
def test_what_comes_later_hurts_nobody(name):
    """Attacks, rights, exports and erasures come before the offer; only the author's tests are looked at again afterwards."""
    assert name in checks() and not name.startswith(DANGEROUS)


def test_a_line_has_both_languages():
    """A result of the suite is a sentence of a proof, in the reader's language."""
    one = checks()["security.sql-injection"]
    line = offer.line(Result(one, passed("3 tries", "3 essais"), 0.5))
    assert (line.title, line.said, line.state, line.check) == (one.sentence.en, "3 tries", "passed", one.name)
    token = language.set("fr")
    try:
        assert (line.title, line.said) == (one.sentence.fr, "3 essais")
    finally:
        language.reset(token)


def test_not_checked_is_no_success_and_an_exemption_says_its_reason():
    """Whatever keeps a check from answering fails the proof; what is left for later waits."""
    one = checks()["security.sql-injection"]
    assert offer.line(Result(one, not_checked(Text("it crashed", "…")), 0)).state == "failed"
    exempt = offer.line(Result(one, failed("no", "non"), 0, exempt="it has a reason"))
    assert (exempt.state, exempt.said) == ("passed", "it has a reason")
    waiting = offer.line(Result(checks()[offer.LATER[0]], not_checked(offer.NOT_YET), 0))
    assert waiting.state == "later"
    assert offer.line(Result(checks()[offer.LATER[0]], not_checked(Text("no browser", "…")), 0)).state == "unchecked"
    assert offer.line(Result(checks()[offer.LATER[0]], failed("3/10 noticed", "…"), 0)).state == "failed"


def test_without_a_report_nothing_is_finished(petit, folder, tmp_path: Path):
    """Who lost what the proof left is told to prove the plugin anew."""
    with pytest.raises(Invalid, match="no report of the proof"):
        SandboxProver(Settings()).finish(folder(petit), kept=tmp_path)


@pytest.fixture
def unpublished(petit, sign):
    """The small plugin as a generation writes one: nobody has published it yet."""
    said = '\n[tool.dihya.check.exempt]\n"cicd.licence" = "not yet"\n"cicd.metadata" = "not yet"\n'
    return sign({**petit, "pyproject.toml": petit["pyproject.toml"] + said})


@pytest.mark.journey
def test_the_whole_suite_is_run_and_told_line_by_line(unpublished, folder, tmp_path: Path):
    """Every check but those for later has its line as soon as it is there; report and plugin are about the same wheel."""
    heard, kept, root = [], tmp_path / "kept", folder(unpublished)
    kept.mkdir()
    lines = SandboxProver(Settings()).prove(root, generated=True, heard=heard.append, kept=kept)
    by_check = {line.check: line for line in lines if line.check}
    assert by_check.keys() == {*checks(), offer.MIGRATIONS.name}
    assert {name for name, line in by_check.items() if line.state == "later"} == set(offer.LATER)
    assert [
        by_check[name].detail for name in by_check if name.startswith("security.") and not by_check[name].passed
    ] == []
    assert by_check["extensible.migrations"].detail.startswith("up, down and up again, with ")
    assert {line.name for line in heard} >= {line.name for line in by_check.values()}
    assert any(line.name == "tests/test_models.py::test_has_a_table" for line in lines)
    report = Report.model_validate_json((kept / reading.REPORT).read_bytes())
    assert report.whole and report.columns["tests"] == "not_checked" and report.columns["security"] == "passed"
    done = SandboxProver(Settings()).finish(root, kept=kept)
    assert {line.check for line in done} == set(offer.LATER)
    after = Report.model_validate_json((kept / reading.REPORT).read_bytes())
    assert (
        after.subject == report.subject
        and {line.name: line.state for line in after.checks}["tests.postgresql"] == "passed"
    )


def test_what_a_proof_leaves_is_no_part_of_what_it_is_about(petit):
    """Report and statement stand in the plugin, and neither its origin nor its digest counts them."""
    files = {**petit, reading.REPORT: json.dumps({}), reading.STATEMENT: json.dumps({})}
    assert list(reading.provenance(files)) == []
    assert list(reading.provenance({**files, ".dihya/more.json": "{}"})) == [
        (".dihya/more.json", "is not in the provenance")
    ]
