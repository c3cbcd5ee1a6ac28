"""Names in an export can be unpacked everywhere."""

from __future__ import annotations

import pytest
from dihya_rgpd.naming import LONGEST, free, part


@pytest.mark.parametrize("name", ["con", "CON.txt", "aux", "Nul.jsonl", "com1", "LPT9.a.b", "prn."])
def test_no_name_is_a_device_of_windows(name):
    """A file or folder named like a device of Windows gets another name."""
    assert part(name).startswith("_")


@pytest.mark.parametrize(
    ("name", "safe"),
    [
        ("../scan 1.txt", "_scan_1.txt"),
        ("né.e.txt", "n_.e.txt"),
        ("a:b", "a_b"),
        ("...", "file"),
        ("", "file"),
        ("x. ", "x._"),
    ],
)
def test_only_safe_characters_stay(name, safe):
    """Separators, colons, accents, leading and trailing dots become harmless, and nothing becomes a name."""
    assert part(name) == safe


def test_long_names_are_cut_and_stay_apart():
    """A name of 300 characters keeps its ending and becomes short, and two that begin alike stay two."""
    one, two = part("a" * 300 + "1.pdf"), part("a" * 300 + "2.pdf")
    assert len(one) <= LONGEST and one.endswith(".pdf") and one != two
    assert len(part("b" * 300)) <= LONGEST and len(part("c." + "d" * 300)) <= LONGEST


def test_names_that_differ_in_case_only_are_numbered():
    """Where Photo.jpg is, photo.JPG becomes photo-2.JPG; a dot in a folder is no ending."""
    taken = {"files/x/photo.jpg", "files/x/photo-2.jpg", "files/v1.2/read"}
    assert free(taken, "files/x/PHOTO.JPG") == "files/x/PHOTO-3.JPG"
    assert free(taken, "files/v1.2/READ") == "files/v1.2/READ-2"
    assert free(taken, "files/x/other") == "files/x/other"
