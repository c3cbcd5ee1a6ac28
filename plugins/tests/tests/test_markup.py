"""A page is read as a browser reads it."""

from dihya_tests.exploits.markup import forms, label_of, read

PAGE = """<main><h1>Add <b>a</b> note</h1>
<form method="post" action="/notes/new"><input type="hidden" name="csrf_token" value="t">
<label for="title">Title</label><input id="title" name="title" value="a &lt;b&gt;">
<label><input type="checkbox" name="done">Done</label>
<select name="kind"><option value="">–</option><option value="x" selected>X</option></select>
<textarea name="body">
line</textarea><button>Save</button><button aria-hidden="true">no</button></form>
<input name="ids" form="selection" type="checkbox" value="7" checked><form id="selection"><button>Go</button></form></main>"""


def test_a_form_sends_what_stands_in_it():
    """Values, choices and texts are sent as they stand, boxes only when they are ticked."""
    form = forms(read(PAGE), "/here")[0]
    assert form.values == {"csrf_token": "t", "title": "a <b>", "kind": "x", "body": "line"}
    assert (form.method, form.action) == ("POST", "/notes/new")
    assert [each.text for each in form.buttons] == ["Save"]


def test_an_input_elsewhere_belongs_to_the_form_that_it_names():
    """What stands outside is sent with the form whose id it says; without an action a form goes where it stands."""
    form = forms(read(PAGE), "/here")[1]
    assert (form.values, form.action, form.method) == ({"ids": "7"}, "/here", "GET")


def test_a_control_is_found_by_its_label():
    """A label beside and a label around both name their control."""
    page = read(PAGE)
    assert [label_of(page, each) for each in forms(page, "/")[0].inputs[:2]] == ["Title", "Done"]


def test_text_is_read_with_single_spaces():
    """Elements within a heading are read with it."""
    assert next(read(PAGE).all("h1")).text == "Add a note"
