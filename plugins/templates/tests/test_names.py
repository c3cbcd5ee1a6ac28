"""Names that would break generated code are known."""

from __future__ import annotations

import pytest
from dihya_templates.names import CLASSES, FIELDS, PYTHON, camel, plural, spaced


@pytest.mark.parametrize("name", ["id", "version", "metadata", "registry", "class", "select", "json", "open", "q"])
def test_hostile_field_names(name):
    """A field may not be called like a column of every record, a keyword, SQL, or a method of the form."""
    assert name in FIELDS


def test_plugin_names_hide_nothing():
    """No plugin is called like a module of Python or a keyword."""
    assert {"json", "class", "calendar"} <= PYTHON


def test_class_names_hide_nothing():
    """No entity is called like something that the models import."""
    assert {"Record", "ShortText", "Choice", "Exception"} <= CLASSES


def test_words_from_names():
    """Class names, words and plurals follow from identifiers."""
    assert camel("order_line") == "OrderLine"
    assert spaced("order_line") == "order line"
    assert [plural(name) for name in ("member", "box", "city", "day")] == ["members", "boxes", "cities", "days"]
