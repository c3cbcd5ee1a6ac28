"""Text from outside stays text, whatever it is written into."""

from __future__ import annotations

import ast
import tomllib

from dihya_templates.quoting import docstring, document, fit, mapping, markdown, python, tidy, tidy_lines, toml
from hypothesis import given
from hypothesis import strategies as st

TEXT = st.text(st.characters(codec="utf-8"))


@given(TEXT)
def test_python_literal_is_the_text(text):
    """A Python literal means exactly the text, and is printable on one line."""
    literal = python(text)
    assert ast.literal_eval(literal) == text
    assert literal.isprintable()


def test_python_literal_has_the_quotes_of_ruff():
    """Double quotes, unless single ones need fewer backslashes; other values as repr says them."""
    assert python("it's") == '"it\'s"'
    assert python('say "x"') == "'say \"x\"'"
    assert python(True) == "True"


@given(TEXT)
def test_toml_string_is_the_text(text):
    """A TOML string means exactly the text."""
    assert tomllib.loads(f"x = {toml(text)}")["x"] == text


@given(TEXT)
def test_docstring_ends_where_it_should(text):
    """No text can end a docstring and go on as code."""
    tree = ast.parse(f'"""{docstring(text)}."""\n')
    assert len(tree.body) == 1
    assert isinstance(tree.body[0].value.value, str)


@given(st.text())
def test_tidy_is_one_printable_line(text):
    """Control, direction and surrogate characters go; tidying twice changes nothing."""
    clean = tidy(text)
    assert "\n" not in clean
    assert clean.replace("\u200c", "").replace("\u200d", "").isprintable()
    assert tidy(clean) == clean
    clean.encode("utf-8")


def test_tidy_drops_what_reorders_code():
    """A right-to-left override cannot hide in generated code."""
    assert tidy("a\u202eb\x00c\ud800") == "abc"
    assert tidy_lines("a \u202e\r\nb") == "a\nb"


def test_markdown_has_no_meaning():
    """Titles make no table cell, link, emphasis or HTML."""
    assert markdown("a|b <script> [x](y) *z*") == "a\\|b \\<script\\> \\[x\\](y) \\*z\\*"


def test_document_is_readable():
    """JSON is indented and keeps accents."""
    assert document({"é": 1}) == '{\n  "é": 1\n}\n'


def test_fit_breaks_as_ruff_does():
    """On one line if it fits; else on one indented line; else one item a line with a comma each."""
    assert fit("f(", ["a", "b"], ")") == "f(a, b)"
    assert fit("f" * 100 + "(", ["a" * 15, "b" * 15], ")") == f"{'f' * 100}(\n    {'a' * 15}, {'b' * 15}\n)"
    assert fit("f(", ["a" * 70, "b" * 70], ")") == f"f(\n    {'a' * 70},\n    {'b' * 70},\n)"


def test_mapping_is_a_dictionary_of_plain_values():
    """Names and values are quoted like any other text."""
    assert mapping({"a": True, "b": 'say "x"'}) == '{"a": True, "b": \'say "x"\'}'
