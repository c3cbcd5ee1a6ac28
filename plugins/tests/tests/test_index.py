"""The rows of the page."""

import pytest
from dihya_hookspecs import Invalid
from dihya_tests.marks import index


def rows(tmp_path, text):
    (tmp_path / "modules.toml").write_text(text, encoding="utf-8")
    return index.read(tmp_path)


def test_rows_keep_their_order_and_say_who_answers(tmp_path):
    """A plugin may be called otherwise than the module; what there is more comes last."""
    text = '[[more]]\nmodule = "c"\nrole = ""\n[[row]]\nmodule = "b.py"\nrole = "B"\nplugin = "b"\n[[row]]\nmodule = "a"\nrole = "A"\n'
    assert [row.answered_by for row in rows(tmp_path, text).rows] == ["b", "a", "c"]


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("[[row]", "cannot be read"),
        ('[[row]]\nmodule = "a"', "cannot be read"),
        ('[[row]]\nmodule = "a"\nrole = "A"\nmark = "earned"', "cannot be read"),
        (
            '[[row]]\nmodule = "a"\nrole = ""\n[[more]]\nmodule = "x"\nrole = ""\nplugin = "a"',
            "more than one row for a",
        ),
    ],
)
def test_rows_that_cannot_be_are_refused(text, sentence, tmp_path):
    """Also a mark that somebody declares."""
    with pytest.raises(Invalid, match=sentence):
        rows(tmp_path, text)


def test_a_folder_without_rows_says_what_is_missing(tmp_path):
    """The file and what it is for."""
    with pytest.raises(Invalid, match=r"modules\.toml' cannot be read: No such file.*lists the rows"):
        index.read(tmp_path)
