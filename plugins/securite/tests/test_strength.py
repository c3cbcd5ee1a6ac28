"""Which passwords are refused."""

from __future__ import annotations

import pytest
from dihya_hookspecs import Invalid
from dihya_securite.strength import demand_good


@pytest.mark.parametrize(
    "password",
    [
        "", "trop court", "elevenchars", "x" * 1025, "Password1234!", "motdepasse2026", "123456789012", "210987654321",
        "aaaaaaaaaaaa", "abababababab", "abcdefghijkl", "azertyuiop12", "121212121212", "administrateur",
        "tin@example.org", "!!!!!!!!!!!!!", "qwertyuiop!!",
    ],
)  # fmt: skip
def test_weak_passwords_are_refused(password):
    """Too short, too long, widely known, runs, and the own address are refused, with a reason and a place."""
    with pytest.raises(Invalid) as caught:
        demand_good(password, about=("tin@example.org", "Tin Hinane"))
    assert caught.value.flaws[0].pointer == "/password" and (not password or password not in caught.value.message)


@pytest.mark.parametrize(
    "password",
    ["quatre mots sans rapport", "correct horse battery", "ⴰⵣⵓⵍ ⴼⵍⵍⴰⵡⵏ ⵎⴰⵕⵕⴰ", "l'école n'ouvre pas", "827461950173"],
)
def test_long_passwords_are_good_whatever_they_are_made_of(password):
    """No rule asks for capitals, digits or signs."""
    demand_good(password, about=("tin@example.org", "Tin Hinane"))


@pytest.mark.parametrize(
    "password",
    [
        "1q2w3e4r5t6y", "1qaz2wsx3edc", "zaq12wsxcde3", "p@ssw0rd1234", "P@ssw0rd2026", "Summer2026!!", "liverpool123",
        "trustno1trustno1", "asdf1234asdf", "parisparis75", "user2user2user2", "admin@dihya.local", "ex.orgex.org1",
        "dihyadihyadihya", "Printemps2026!", "Azerty123456", "qsdfghjklm123", "chouchou2026!", "Marseille13!!",
        "Mairie2026!!", "Secretaire2026", "Intermarche2026", "juventus1897!!", "vivelafrance!!", "lamarseillaise",
        "allonsenfants", "cestlavie2026", "&é\"'(-è_çà)=", "azerty&é\"'(-è", "=)àç_è-('\"é&", "poiuytreza12", "mlkjhgfdsq12",
        "M@rseille2026", "olympiquedemarseille", "camilledurand1", "correcthorsebatterystaple",
    ],
)  # fmt: skip
def test_passwords_of_published_lists_are_refused_with_their_usual_changes(password):
    """Leaked words with a year, a sign, leet or doubled, keyboard walks and what names the person or the site."""
    with pytest.raises(Invalid, match="too easy to guess"):
        demand_good(password, about=("user2@ex.org", "Camille Durand"))
