"""Statements: bound to one wheel, signed, good for ninety days, verified without asking anybody."""

import base64
import json
from datetime import UTC, datetime, timedelta
from hashlib import sha256

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from dihya_hookspecs import Invalid
from dihya_tests.checks import KEPT
from dihya_tests.suite import statement
from dihya_tests.suite.registry import checks, suite
from dihya_tests.suite.report import Line, Report, Subject, Words
from dihya_tests.suite.target import digest_of

WHEEL = b"the bytes of a wheel"
DAY = datetime(2026, 5, 1, tzinfo=UTC)
WORDS = Words(en="seen", fr="vu")


class Signer:
    """A key in memory."""

    def __init__(self):
        self._key = Ed25519PrivateKey.generate()
        self.public = self._key.public_key().public_bytes_raw()

    def sign(self, message):
        """Return the signature."""
        return self._key.sign(message)


@pytest.fixture
def signer():
    return Signer()


@pytest.fixture
def key(signer):
    return base64.b64encode(signer.public).decode()


@pytest.fixture
def report():
    """A whole run in which everything passed."""
    subject = Subject(name="petit", version="1", wheel_sha256=sha256(WHEEL).hexdigest(), sources_sha256="")
    lines = [
        Line(name=name, column=one.column, sentence=WORDS, state="passed", evidence=WORDS, data={}, advice=WORDS, seconds=0, exempt="")
        for name, one in checks().items()
    ]  # fmt: skip
    columns = {line.column: "passed" for line in lines}
    return Report(suite=suite(), began=DAY, seconds=1, subject=subject, columns=columns, checks=lines)


@pytest.fixture
def text(report, signer):
    return statement.signed(statement.stated(report), signer)


def test_it_says_which_wheel_earned_what_and_when(text, key, report):
    """By which suite, with the digest of each evidence."""
    found = statement.verify(text, WHEEL, {key}, DAY + timedelta(days=90))
    assert found.known and found.statement.passed
    assert found.statement.suite == suite()
    assert found.statement.checks.keys() == checks().keys()


def test_another_byte_is_another_wheel(text, key):
    """Nothing is said of it."""
    with pytest.raises(Invalid, match="about another wheel"):
        statement.verify(text, WHEEL + b".", {key}, DAY)


@pytest.mark.parametrize(("days", "sentence"), [(91, "good for 90 days"), (-2, "which is not yet")])
def test_it_ends_after_ninety_days_and_does_not_come_from_the_future(days, sentence, text, key):
    """Flaws become known, and clocks can be wrong."""
    with pytest.raises(Invalid, match=sentence):
        statement.verify(text, WHEEL, {key}, DAY + timedelta(days=days))


def test_an_unknown_key_is_said(text):
    """The signature holds, and whose it is nobody knows."""
    assert not statement.verify(text, WHEEL, set(), DAY).known


@pytest.mark.parametrize("field", ["date", "suite", "columns"])
def test_a_changed_word_breaks_the_signature(field, text, key):
    """Also of a column that was not earned."""
    said = json.loads(text)
    said["statement"][field] = {"date": "2027-01-01T00:00:00Z", "suite": "9", "columns": {"docs": "passed"}}[field]
    with pytest.raises(Invalid, match="does not hold"):
        statement.verify(json.dumps(said), WHEEL, {key}, DAY)


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"statement": 1, "key": "", "signature": ""}', "\x00"])
def test_what_is_no_statement_is_refused(text):
    """In one sentence."""
    with pytest.raises(Invalid, match="this is no statement"):
        statement.opened(text, set())


def test_a_run_of_one_column_makes_no_statement(report):
    """The others would be taken for earned."""
    report.checks = report.checks[:1]
    with pytest.raises(Invalid, match="whole suite"):
        statement.stated(report)


def test_a_statement_stands_for_the_same_and_nothing_else(text, key, report):
    """Wheel, folder, suite, surroundings, key, and days."""
    found = statement.opened(text, {key})
    assert statement.stands(found, report.subject, DAY + timedelta(days=90))
    assert not statement.stands(found, report.subject, DAY + timedelta(days=91))
    assert not statement.stands(found, report.subject.model_copy(update={"sources_sha256": "a"}), DAY)
    assert not statement.stands(statement.opened(text, set()), report.subject, DAY)
    other = found.statement.model_copy(update={"suite": "0+other"})
    assert not statement.stands(statement.Verified(other, key, True), report.subject, DAY)


def test_a_folder_is_verified_with_what_a_proof_left_in_it(tmp_path):
    """Report and statement in it are no part of it; any other byte makes it another folder."""
    (tmp_path / ".dihya").mkdir()
    (tmp_path / "README.md").write_text("# club\n")
    before = digest_of(tmp_path)
    for path in KEPT:
        (tmp_path / path).write_text("{}")
    assert digest_of(tmp_path) == before
    (tmp_path / "README.md").write_text("# Club\n")
    assert digest_of(tmp_path) != before


def test_a_statement_is_about_one_folder(report):
    """The digest of another folder is refused, and so is a statement that is too old, or about a wheel alone."""
    subject = report.subject.model_copy(update={"sources_sha256": "a" * 64})
    said = statement.stated(report.model_copy(update={"subject": subject}))
    statement.demand_folder(said, "a" * 64, DAY)
    for digest, of, day, why in [
        ("f" * 64, said, DAY, "another folder: aaaa"),
        ("a" * 64, said, DAY + timedelta(days=91), "good for 90 days"),
        ("a" * 64, statement.stated(report), DAY, "another folder: a wheel alone"),
    ]:
        with pytest.raises(Invalid, match=why):
            statement.demand_folder(of, digest, day)
