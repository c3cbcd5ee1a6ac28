"""What a change of the contract would break for authors."""

import ast
import copy

import pytest
from dihya_docs.breaking import broken
from dihya_docs.contract import _shape, _value

SOURCE = """
Kind = Literal["one", "two"]
LIMIT: int = 3

class Card:
    title: str
    size: int = 1

    def draw(self, width: int, *, dark: bool = False) -> str: ...

class Store(Protocol):
    def get(self, key: str) -> bytes | None: ...

def lend(book: str, days: int = 3, **more: int) -> str | None: ...
"""
HOOK = {
    "module": "x", "kind": "veto", "on_error": "deny", "result": "Denial", "found": ["a:A"], "arguments": {"book": "str | None"},
    "deprecated": [],
}  # fmt: skip


def surface(source=SOURCE, version="2.0", **hook):
    """Return a contract with one hook and one module."""
    names = {}
    for node in ast.parse(source).body:
        if isinstance(node, (ast.ClassDef, ast.FunctionDef)):
            names[node.name] = _shape(node)
        else:
            names[getattr(node, "target", None).id if isinstance(node, ast.AnnAssign) else node.targets[0].id] = _value(
                node
            )
    return {"contract": version, "hooks": {"on_lend": {**HOOK, **hook}}, "names": {"x": names}}


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ('"two"]', '"two", "three"]'),
        ("size: int = 1", "size: int = 1\n    more: str = ''"),
        ("width: int,", "width: int | str,"),
        ("dark: bool = False", "dark: bool = False, light: bool = True"),
        ("days: int = 3", "days: int = 3, where: str = ''"),
        ("-> str | None", "-> str"),
        ("class Store", "class More: pass\n\nclass Store"),
        ("bytes | None: ...", "bytes | None: ...\n    def put(self, key: str) -> None: ..."),
        ("bytes | None: ...", "bytes | None: ...\n    size: int"),
    ],
)
def test_what_is_added_breaks_nothing(before, after):
    """Names, optional parameters and fields, wider parameters, narrower answers, further words."""
    assert before in SOURCE
    assert broken(surface(), surface(SOURCE.replace(before, after))) == []


@pytest.mark.parametrize(
    ("before", "after", "said"),
    [
        ("LIMIT: int = 3", "", "dihya_hookspecs.x.LIMIT is gone"),
        ("LIMIT: int", "LIMIT: str", "dihya_hookspecs.x.LIMIT is str, and was int"),
        (', "two"', "", "dihya_hookspecs.x.Kind is Literal['one'], and was Literal['one', 'two']"),
        ("def lend(", "class lend: pass\n\ndef other(", "dihya_hookspecs.x.lend is a class, and was a function"),
        ("days: int = 3", "days: int", "dihya_hookspecs.x.lend: parameter days must be given now"),
        ("days: int = 3", "span: int = 3", "dihya_hookspecs.x.lend: parameter days is gone"),
        ("book: str, days: int = 3", "days: int = 3, book: str = ''", "dihya_hookspecs.x.lend: parameter book is not at its place any more"),
        ("book: str,", "book: str, who: str,", "dihya_hookspecs.x.lend: parameter who is new, and must be given"),
        ("book: str,", "book: int,", "dihya_hookspecs.x.lend: parameter book takes int, and took str"),
        (", **more: int", "", "dihya_hookspecs.x.lend: **more is gone"),
        ("-> str | None", "-> int", "dihya_hookspecs.x.lend: returns int, and returned str | None"),
        ("-> bytes | None", "-> bytes | str | None", "dihya_hookspecs.x.Store.get: returns bytes | str | None, and returned bytes | None"),
        ("title: str", "title: str\n    extra: str", "dihya_hookspecs.x.Card: a new field stands before old ones"),
        ("size: int = 1", "size: int = 1\n    more: str", "dihya_hookspecs.x.Card.more is new, and must be given"),
        ("size: int = 1", "size: int", "dihya_hookspecs.x.Card.size must be given now"),
        ("    size: int = 1\n", "", "dihya_hookspecs.x.Card.size is gone"),
        ("size: int", "size: float", "dihya_hookspecs.x.Card.size is float, and was int"),
        ("def draw(self, width: int, *, dark", "def draw(self, width: int, *, black", "dihya_hookspecs.x.Card.draw: parameter dark is gone"),
        ("Store(Protocol)", "Store", "dihya_hookspecs.x.Store: is no Protocol any more"),
    ],
)  # fmt: skip
def test_what_authors_rely_on_breaks_by_name(before, after, said):
    """One sentence for each thing."""
    assert before in SOURCE
    assert said in broken(surface(), surface(SOURCE.replace(before, after)))


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"kind": "first"}, "hook on_lend: kind is 'first', and was 'veto'"),
        ({"on_error": "isolate"}, "hook on_lend: on_error is 'isolate', and was 'deny'"),
        ({"found": []}, "hook on_lend: a:A is not read any more"),
        ({"arguments": {}}, "hook on_lend: argument book is gone"),
        ({"arguments": {"book": "int"}}, "hook on_lend: argument book is int, and was str | None"),
    ],
)
def test_a_hook_keeps_what_it_promises(changed, said):
    """How it is called, how it may fail, what it gives, and where its answers are found."""
    assert broken(surface(), surface(**changed)) == [said]


def test_a_hook_may_take_more_kinds_of_answers():
    """Whoever answered with one of those that were allowed goes on doing so; fewer kinds break them."""
    wide = surface(result="Denial | str")
    assert broken(surface(), wide) == []
    assert broken(wide, surface()) == ["hook on_lend: result is 'Denial', and was 'Denial | str'"]


def test_a_hook_may_give_more_and_promise_more():
    """A further argument, a further file, and an argument that is never None any more."""
    assert broken(surface(), surface(arguments={"book": "str", "days": "int"}, found=["a:A", "b:B"])) == []


def test_a_hook_or_a_module_that_is_gone_is_named():
    """Deprecated or not: it goes with a major version."""
    gone = copy.deepcopy(surface())
    gone["hooks"], gone["names"] = {}, {}
    assert broken(surface(), gone) == ["hook on_lend is gone", "module dihya_hookspecs.x is gone"]


def test_another_major_version_may_break():
    """That is what it says; a minor one may not."""
    assert broken(surface(), surface("", version="3.0")) == []
    assert broken(surface(), surface("", version="2.1")) != []
