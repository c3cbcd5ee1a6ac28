"""The purposes that plugins declare."""

from __future__ import annotations

from types import SimpleNamespace

import pytest
from dihya_hookspecs import DeclarationError, Invalid
from dihya_hookspecs.i18n import Text
from dihya_hookspecs.rgpd import Purpose
from dihya_rgpd.catalogue import Catalogue, titled_purpose

LETTER = Purpose("letter", Text("Monthly letter", "Lettre mensuelle"), "consent")


def test_a_purpose_is_known_by_its_plugin_and_its_name():
    """Two plugins may give one name, and neither can take the other's."""
    found = Catalogue([("club", LETTER), ("shop", LETTER)])
    assert [(one.name, one.plugin) for one in found.all.values()] == [("club.letter", "club"), ("shop.letter", "shop")]


def test_a_purpose_that_nobody_declares_is_refused_by_its_name():
    """The name is cut, since anybody may send any."""
    with pytest.raises(Invalid, match="“x{80}”") as refused:
        Catalogue([]).get("x" * 99)
    assert [flaw.pointer for flaw in refused.value.flaws] == ["/purpose"]


def test_the_purpose_of_a_plugin_that_is_gone_keeps_its_name(make_app):
    """What people said about it is still listed."""
    assert Catalogue([("club", LETTER)]).title("shop.letter") == "shop.letter"
    with make_app("rgpd").act("look"):
        assert titled_purpose("shop.letter") == "shop.letter"


@pytest.mark.parametrize("wrong", [{"name": "club.letter"}, {"name": "Letter"}, {"basis": "wish"}])
def test_a_purpose_without_a_name_or_a_basis_cannot_be_declared(wrong):
    """The plugin that says so is told what to write."""
    with pytest.raises(DeclarationError, match="write"):
        Purpose(**{"name": "letter", "title": LETTER.title, "basis": "consent", **wrong})


def test_purposes_come_from_a_file_or_from_the_hook(make_app):
    """Whichever a plugin prefers."""
    from dihya_hookspecs import hookimpl

    def rgpd_purposes():
        return LETTER

    by_hook = SimpleNamespace(rgpd_purposes=hookimpl(rgpd_purposes))
    app = make_app("rgpd", plugins={"club": by_hook, "shop": SimpleNamespace(PURPOSES=(LETTER,))})
    with app.act("look"):
        assert [titled_purpose(f"{name}.letter") for name in ("club", "shop")] == ["Monthly letter"] * 2
