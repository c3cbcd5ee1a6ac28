"""Who comes, and what they get."""

from dihya_hookspecs.access import SIGNED_IN, Permission
from dihya_hookspecs.i18n import Text
from dihya_tests.exploits.answers import Answer, person
from werkzeug.datastructures import Headers

RIGHTS = {
    "x:read": Permission("x:read", Text("a", "b"), ("user",)),
    "x:see": Permission("x:see", Text("a", "b"), ("guest",)),
    "x:own": Permission("x:own", Text("a", "b"), (SIGNED_IN,)),
}


def test_a_role_holds_what_its_permission_says():
    """Somebody holds a permission of one of their roles, and what is for anybody or for whoever is signed in; nobody an unknown one."""
    somebody = person("Tin", "user")
    assert [somebody.holds(RIGHTS, name) for name in ("x:read", "x:see", "x:own", "x:write")] == [True] * 3 + [False]
    assert [person("Ann", "dpo").holds(RIGHTS, name) for name in ("x:read", "x:see", "x:own")] == [False, True, True]


def test_an_answer_is_read_by_its_type():
    """A page is parsed, JSON is read, and what is neither is nothing."""
    page = Answer(200, Headers({"Content-Type": "text/html; charset=utf-8"}), b"<h1>A</h1>")
    assert (page.kind, next(page.page.all("h1")).text, page.json) == ("text/html", "A", None)
    answer = Answer(422, Headers({"Content-Type": "application/json"}), b'{"a": 1}')
    assert (answer.json, answer.good, list(answer.page.all())) == ({"a": 1}, False, [])


def test_an_answer_says_in_short_what_it_is():
    """Status, where it leads, and the beginning of the body."""
    assert Answer(303, Headers({"Location": "/x"}), b"a  b").told() == "303 to /x a b"
