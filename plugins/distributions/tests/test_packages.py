"""What a wheel says of itself, and why it goes in."""

import pytest
from dihya_distributions.packages import Package, explained
from dihya_hookspecs import Invalid


def test_a_wheel_says_name_version_licence_and_texts(shelf):
    """As its metadata say them."""
    one = Package(shelf.add("dihya-club", "2.1", "flask>=3", licence="EUPL-1.2"))
    assert (one.name, one.version, one.licence, one.everywhere) == ("dihya-club", "2.1", "EUPL-1.2", True)
    assert [str(need) for need in one.requires] == ["flask>=3"]
    assert one.licence_texts() == {"LICENSE": b"Do what you like."}


def test_each_goes_in_for_a_reason(shelf):
    """Who is named says so, others say who requires them, with the extras that are asked for."""
    wheels = [
        shelf.add("club", "1.0", "tool[more]"), shelf.add("tool", "1.0", "extra; extra == 'more'", "other; extra == 'less'"),
        shelf.add("extra", "1.0"), shelf.add("other", "1.0"),
    ]  # fmt: skip
    found = explained(map(Package, wheels), {"club": "named in the manifest"})
    assert {one.name: one.reasons for one in found} == {
        "club": ("named in the manifest",), "tool": ("required by club",), "extra": ("required by tool",), "other": (),
    }  # fmt: skip


def test_what_is_no_wheel_is_named(tmp_path):
    """A file that cannot be opened as one is told by its name."""
    (tmp_path / "dihya_club-1.0-py3-none-any.whl").write_text("no")
    with pytest.raises(Invalid, match="'dihya_club-1.0-py3-none-any.whl' is no wheel that can be read"):
        _ = Package(tmp_path / "dihya_club-1.0-py3-none-any.whl").name
