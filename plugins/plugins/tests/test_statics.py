"""What Python files say, without running them."""

import pytest
from dihya_hookspecs.i18n import Text
from dihya_plugins.statics import Call, Defined, Sources, Unknown, text


def said(source, **files):
    """Return what ``IT`` stands for in the face of a package."""
    sources = Sources("dihya_x", {"__init__.py": source, **{f"{name}.py": one for name, one in files.items()}})
    return sources.bound("IT", sources.module(""))


@pytest.mark.parametrize(
    ("source", "value"),
    [
        ("IT = 'a'", "a"),
        ("IT: int = 3", 3),
        ("A = ('x',)\nIT = (*A, 'y')", ("x", "y")),
        ("A, B = 'a', 'b'\nIT = A + B", "ab"),
        ("N = 'club'\nIT = f'{N}:read'", "club:read"),
        ("IT = {'a': 1}", {"a": 1}),
        ("from .other import IT", "there"),
        ("from . import other\nIT = other.IT", "there"),
        ("from dihya_x.other import IT as B\nIT = [B]", ("there",)),
        ("from dihya_hookspecs.i18n import Text\nIT = Text('a', 'b')", ("a", "b")),
    ],
)
def test_what_is_written_out_is_read(source, value):
    """Constants, tuples, names of the package, joined texts."""
    found = said(source, other="IT = 'there'")
    assert found == value or text(found) == Text(*value)


@pytest.mark.parametrize(
    "source",
    [
        "IT = open('x').read()",
        "IT = 'a'\nIT = 'b'",
        "IT = ('a',)\nIT += ('b',)",
        "if 1:\n    IT = 'a'",
        "for IT in 'ab':\n    pass",
        "import os\nIT = os.environ['X']",
        "IT = [x for x in 'ab']",
        "from elsewhere import IT",
        "IT = IT",
        "A = B\nB = A\nIT = A",
        "IT = f'{1:>5}'",
    ],
)
def test_what_is_decided_when_it_runs_is_unknown(source):
    """It is never guessed: not the first of two values, and not the value of a condition."""
    assert isinstance(said(source), (Unknown, Call)) and not isinstance(said(source), str)


def test_a_call_of_the_contract_has_its_values_by_name():
    """Given by position or by name, as the contract's own signature says."""
    call = said(
        "from dihya_hookspecs.access import Permission\nIT = Permission('x:read', ('see', 'voir'), roles=('user',))"
    )
    assert call.what == "dihya_hookspecs.access.Permission"
    assert call.bound() == {"name": "x:read", "sentence": ("see", "voir"), "roles": ("user",)}


def test_a_class_is_known_by_its_place():
    """File and line."""
    found = said("'''A face.'''\nclass IT:\n    pass")
    assert isinstance(found, Defined) and found.place == "__init__.py:2"


@pytest.mark.parametrize("source", ["def (", "x = '\0'", "(" * 5000, "# " + "x" * (1 << 20)])
def test_a_file_that_cannot_be_parsed_is_named(source):
    """The others are read all the same."""
    sources = Sources("dihya_x", {"__init__.py": "IT = 1", "bad.py": source})
    assert [place.partition(":")[0] for place in sources.unreadable] == ["bad.py"]
    assert sources.bound("IT", sources.module("")) == 1
