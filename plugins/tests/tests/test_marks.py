"""What statements say of a wheel."""

import base64
from datetime import UTC, datetime

import pytest
from dihya_hookspecs import Invalid
from dihya_hookspecs.acts import get
from dihya_hookspecs.inspecting import Statements
from dihya_hookspecs.keys import Keys
from dihya_tests.suite import session, statement
from dihya_tests.suite.report import Subject

WHEEL = b"the bytes of a wheel"


@pytest.fixture
def signed(make_app):
    """An application, and a statement of its own on a wheel."""
    from hashlib import sha256

    app = make_app("tests", "keys", "storage")
    with app.act():
        signer = get(Keys).create(session.KEY, label="dihya-check")
        digest = sha256(WHEEL).hexdigest()
        said = statement.Statement(
            suite="1", subject=Subject(name="club", version="1", wheel_sha256=digest, sources_sha256=""),
            date=datetime.now(UTC), around={}, columns={"docs": "passed", "tests": "failed"}, checks={},
        )  # fmt: skip
        yield app, statement.signed(said, signer), base64.b64encode(signer.public).decode(), digest


def test_a_statement_that_is_given_says_its_columns(signed):
    """A key of this installation is trusted; so is one that is named."""
    _, text, key, _ = signed
    found = get(Statements).marks(WHEEL, text)
    assert found.known and found.key == key and found.columns == (("docs", "passed"), ("tests", "failed"))


def test_a_statement_that_was_kept_is_found_by_the_wheel(signed):
    """Without one there are no marks."""
    app, text, _, digest = signed
    assert get(Statements).marks(WHEEL) is None
    kept = app.data / session.PLACE / digest
    kept.mkdir(parents=True)
    (kept / "statement.json").write_text(text)
    assert get(Statements).marks(WHEEL).known


def test_a_statement_about_another_wheel_is_refused(signed):
    """Nothing is said of this one."""
    with pytest.raises(Invalid, match="about another wheel"):
        get(Statements).marks(WHEEL + b".", signed[1])
