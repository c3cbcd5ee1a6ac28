"""Which names of the contract a plugin's sources use."""

import ast

import pytest
from dihya_hookspecs import Deprecated
from dihya_tests.outdated import outdated, uses

GONE = {
    "web.Resource": Deprecated("2026-01-31", "'web.Table'"),
    "web.Resource.page": Deprecated("2026-02-28", "'pages'"),
    "web.requires.confirmed": Deprecated("2026-02-28", "'again'"),
    "data.Records.search": Deprecated("2026-02-28", "'words'"),
    "DihyaError": Deprecated("2026-02-28", "'Problem'"),
}


@pytest.mark.parametrize(
    ("source", "names"),
    [
        ("from dihya_hookspecs.web import Resource", {"web.Resource"}),
        ("from dihya_hookspecs import web as w\nw.Resource", {"web.Resource"}),
        ("import dihya_hookspecs.web\ndihya_hookspecs.web.Resource", {"web.Resource"}),
        ("import dihya_hookspecs.web as w\ndef f():\n    return w.Resource", {"web.Resource"}),
        ("from dihya_hookspecs import DihyaError as E", {"DihyaError"}),
        ("import dihya_hookspecs as d\nraise d.DihyaError('x')", {"DihyaError"}),
    ],
)
def test_a_name_is_seen_however_it_is_imported(source, names):
    """Under a name of its own too, and through the module."""
    assert uses(ast.parse(source), GONE).keys() == names


@pytest.mark.parametrize(
    ("source", "names"),
    [
        ("from dihya_hookspecs.web import requires\n@requires('a:b', confirmed=True)\ndef f(): ...", {"web.requires.confirmed"}),
        ("from dihya_hookspecs.web import Resource as R\nR(page=3)", {"web.Resource", "web.Resource.page"}),
        ("from dihya_hookspecs.data import Records\nclass Notes(Records):\n    search = ()", {"data.Records.search"}),
        ("from dihya_hookspecs.data import Records\nclass Notes(Records['Note']):\n    search: tuple = ()", {"data.Records.search"}),
        ("from dihya_hookspecs.data import Records\nprint(Records.search)", {"data.Records.search"}),
    ],
)  # fmt: skip
def test_a_parameter_field_or_method_is_seen_at_its_owner(source, names):
    """Given by keyword, read from the class, or declared by a class below it."""
    assert uses(ast.parse(source), GONE).keys() == names


@pytest.mark.parametrize(
    "source",
    [
        "from other.web import Resource, requires\nrequires(confirmed=True)",
        "from .web import Resource",
        "from dihya_hookspecs.web import requires\nrequires('a:b')",
        "class Resource: ...\nResource(page=3)",
        "def f(confirmed, page): return confirmed.search",
    ],
)
def test_what_is_called_alike_elsewhere_is_not_meant(source):
    """Only what was imported from the contract is."""
    assert uses(ast.parse(source), GONE) == {}


def test_each_name_is_told_once_a_file_with_place_day_and_replacement():
    """An author finds the first line, and what to write there."""
    files = {"src/dihya_x/a.py": "\nfrom dihya_hookspecs.web import Resource\nResource()\nResource()\n"}
    assert list(outdated(files, GONE)) == [
        "src/dihya_x/a.py:2 uses 'web.Resource', deprecated since 2026-01-31; "
        "write 'web.Table' before the next major version of the contract takes it away"
    ]
