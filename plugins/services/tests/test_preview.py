"""Files as people see them."""

from __future__ import annotations

from dihya_services.preview import first_look, highlighted, tree


def test_the_tree_is_sorted_and_nested() -> None:
    """Folders hold folders and files, with path and size."""
    top = tree({"b": "é", "a/c/d.py": "x"}, "root")
    assert top.name == "root" and top.files == [("b", "b", 2)]
    assert top.folders["a"].folders["c"].files == [("d.py", "a/c/d.py", 1)]


def test_source_cannot_become_markup() -> None:
    """Tags in a file are shown, not built, whatever its type."""
    for path in ("x.py", "x.unknown", "x.html"):
        assert "<script" not in highlighted(path, "<script>alert(1)</script>")
    assert 'class="source"' in highlighted("x.py", "import os")


def test_the_tables_are_shown_first() -> None:
    """models.py, else the README, else anything, else nothing."""
    assert first_look(["README.md", "src/a/models.py"]) == "src/a/models.py"
    assert first_look(["README.md", "a"]) == "README.md"
    assert first_look(["b", "a"]) == "a"
    assert first_look([]) == ""
