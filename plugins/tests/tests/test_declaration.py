"""What an author says to the suite, and what is refused there."""

import pytest
from dihya_hookspecs import Invalid
from dihya_tests.suite.declaration import Declaration, declared


@pytest.fixture
def said(tmp_path):
    """Reads the section of a project with these lines in it."""

    (tmp_path / "tests").mkdir()
    (tmp_path / "tests" / "test_proof.py").touch()

    def read(*lines: str) -> Declaration:
        (tmp_path / "pyproject.toml").write_text("\n".join(["[tool.dihya.check]", *lines]), encoding="utf-8")
        return declared(tmp_path)

    return read


def test_where_nothing_is_said_nothing_is_exempt(said):
    """Its tests have 100 seconds, and read no folder of the machine."""
    assert said() == Declaration(exempt={}, seconds=100, folders={}, apart={})


def test_all_that_can_be_said_is_read(said):
    """A reason for each exemption, a time for its tests, and what lies in each folder that they read."""
    found = said(
        'exempt = { "extensible.face" = "it draws maps" }', "seconds = 400", 'folders = { MODEL = "a model" }',
        'apart = { "tests/test_proof.py" = "it isolates" }',
    )  # fmt: skip
    assert found == Declaration(
        {"extensible.face": "it draws maps"}, 400, {"MODEL": "a model"}, {"tests/test_proof.py": "it isolates"}
    )


@pytest.mark.parametrize(
    ("line", "sentence"),
    [
        ("seconds = 901", "gives its tests 901 seconds; say a number from 1 to 900"),
        ("seconds = true", "gives its tests True seconds"),
        ("second = 40", "says 'second'; it knows 'exempt', 'seconds', 'folders', 'apart'"),
        ('exempt = { "extensible.beauty" = "why" }', "which is no check"),
        ('exempt = { "extensible.face" = " " }', "gives no reason"),
        ('folders = ["MODEL"]', "write { VARIABLE = "),
        ('folders = { "my model" = "a model" }', "is no name of a variable"),
        ('folders = { MODEL = "" }', "does not say what lies there"),
        ('apart = ["tests/test_proof.py"]', "write { "),
        ('apart = { "tests/test_other.py" = "it proves" }', "which is no file of its tests"),
        ('apart = { "tests/../pyproject.toml" = "it proves" }', "which is no file of its tests"),
        ('apart = { "tests/test_proof.py" = " " }', "gives no reason"),
    ],
)
def test_what_would_have_no_effect_is_refused(line, sentence, said):
    """A misspelt word, or a reason that is none, would look as if it counted."""
    with pytest.raises(Invalid, match=sentence):
        said(line)


@pytest.mark.parametrize("text", [None, "[tool"])
def test_a_file_that_cannot_be_read_is_refused(text, tmp_path):
    """It may be missing, or no TOML."""
    if text:
        (tmp_path / "pyproject.toml").write_text(text, encoding="utf-8")
    with pytest.raises(Invalid, match=r"pyproject\.toml cannot be read"):
        declared(tmp_path)
