"""The generated pages."""

from __future__ import annotations

from dihya_docs import pages


def test_the_same_plugins_give_the_same_pages(app):
    """Two runs differ in nothing, and every page ends with one line break."""
    with app.act():
        first, second = pages.pages(), pages.pages()
    assert first == second and set(first) == {"hooks.md", "reference.md"}
    assert all(text.endswith("\n") and not text.endswith("\n\n") for text in first.values())
