"""Texts that leave the application sealed."""

from __future__ import annotations

import pytest
from dihya_hookspecs.resources import cursors
from dihya_hookspecs.sealing import Seals
from dihya_keys.service import FileKeys
from dihya_securite.sealing import SecretSeals
from dihya_securite.secret import Secret
from hypothesis import given
from hypothesis import strategies as st


@pytest.fixture(scope="module")
def seals(tmp_path_factory):
    """Seals of one installation."""
    return SecretSeals(Secret(FileKeys(tmp_path_factory.mktemp("keys"))))


@given(text=st.text(st.characters(exclude_categories=["Cs"])))
def test_what_was_sealed_comes_back(seals, text):
    """A seal gives back what was sealed, does not show it, and may stand in an address."""
    sealed = seals.seal("cursor", text)
    assert seals.unseal("cursor", sealed) == text
    assert sealed == seals.seal("cursor", text) and sealed.replace("-", "").replace("_", "").isalnum()
    assert len(text) < 3 or text not in sealed


@given(place=st.integers(0, 200), letter=st.sampled_from("ABxyz019-_"))
def test_a_changed_seal_is_refused(seals, place, letter):
    """Every letter counts."""
    sealed = seals.seal("cursor", "Tin Hinan, 4 rue des Lilas")
    place %= len(sealed) - 1  # the last one has bits that say nothing
    if sealed[place] != letter:
        with pytest.raises(ValueError):
            seals.unseal("cursor", sealed[:place] + letter + sealed[place + 1 :])


@pytest.mark.parametrize("nonsense", ["", "A", "é", "AAAA", "=", "A" * 999])
def test_nonsense_is_refused(seals, nonsense):
    """By one kind of error."""
    with pytest.raises(ValueError):
        seals.unseal("cursor", nonsense)


def test_a_seal_holds_for_its_purpose_and_installation_only(seals, tmp_path):
    """What another purpose or another installation sealed is worth nothing."""
    sealed = seals.seal("cursor", "x")
    with pytest.raises(ValueError):
        seals.unseal("invitation", sealed)
    with pytest.raises(ValueError):
        SecretSeals(Secret(FileKeys(tmp_path))).unseal("cursor", sealed)


def test_cursors_of_the_application_are_sealed(make_app):
    """A name that a list was sorted by cannot be read from the address of the next page."""
    app = make_app("securite")
    with app.act() as act:
        assert isinstance(act.get(Seals), SecretSeals)
        cursor = cursors.write("people", ["name"], cursors.Place(["Tin Hinan", "id"]))
        assert cursors.read("people", ["name"], cursor).values == ["Tin Hinan", "id"]
    import base64

    assert b"Hinan" not in base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4))
