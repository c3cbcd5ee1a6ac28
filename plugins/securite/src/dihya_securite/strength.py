"""Which passwords are refused: short ones, and those that a list of leaked passwords or a short search would find."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import cache

from dihya_hookspecs import Flaw, Invalid
from dihya_hookspecs.i18n import gettext as _

SHORTEST, LONGEST = 12, 1024
LEAST = 400_000_000
"""Guesses that a password must withstand; zxcvbn calls it "safely unguessable" from 100,000,000 on."""
_READ = 72  # zxcvbn reads no more; what withstands so far withstands as a whole

# zxcvbn brings 30,000 leaked passwords, 30,000 English words and 15,000 names. These are what French people choose, and
# what our own pages and manuals say.
_OURS = """
    dihya admin@dihya.local local admin administrator administrateur root toor changeme changez changezmoi welcome bienvenue letmein secret user
    utilisateur association cabinet securite correcthorsebatterystaple correct horse battery staple test default guest
    motdepasse motdepasses passe monmotdepasse lemotdepasse contraseña contrasena passwort azerty azertyuiop
    azertyuiopqsdfghjklm qsdfghjklm wxcvbn qwertz qwertzuiop aqwzsxedc aqwzsxedcrfv bonjour bonsoir soleil doudou
    loulou chouchou jetaime coucou amour mamour toujours princesse chocolat nounours ordinateur internet maison famille
    maman papa bebe cheval licorne janvier fevrier février mars avril juin juillet aout août septembre octobre novembre
    decembre décembre lundi mardi mercredi jeudi vendredi samedi dimanche printemps automne hiver paris marseille lyon
    toulouse nice nantes strasbourg montpellier bordeaux lille rennes reims toulon grenoble dijon angers nimes brest
    france bretagne provence corse alsace football rugby olympique psg om nicolas camille marie thomas julien pierre
    alexandre antoine maxime lucas chloe chloé manon emma lea léa mathieu guillaume sebastien sébastien stephane aurelie
    martin bernard dubois durand lefebvre moreau laurent dupont
    mairie commune secretaire secrétaire secretariat accueil bureau direction directeur directrice compta comptabilite
    comptabilité president président tresorier trésorier club medecin médecin docteur ecole école travail entreprise
    intermarche intermarché carrefour leclerc auchan laposte
    juventus barcelone realmadrid arsenal bayern asse stadetoulousain
    lamarseillaise marseillaise allons enfants allonsenfants delapatrie vivelafrance vive vivela cestlavie iletaitunefois
    sesameouvretoi ouvretoi sesame jesuis jesuisun bonneannee joyeuxnoel
    """.split()  # noqa: SIM905
_KEYS = ("&é\"'(-è_çà)=", "²&é\"'(-è_çà", "1234567890°+", "azertyuiop^$", "qsdfghjklmù*", "wxcvbn,;:!")
_SHORTEST_WALK = 4
"""zxcvbn follows the keys of an English keyboard; these are the rows of a French one."""


def demand_good(password: str, *, about: Iterable[str] = (), pointer: str = "/password") -> None:
    """Raise Invalid unless *password* is long and hard to guess. There is no rule on its composition.

    Args:
        about: texts about the person (address, name); what is made of them is easy to guess.
    """
    if detail := _fault(password, about):
        raise Invalid(detail, code="weak-password", flaws=[Flaw(pointer, detail, "weak-password")])


def _fault(password: str, about: Iterable[str]) -> str:
    if len(password) < SHORTEST:
        return _("the password is too short: %(least)s characters at least", least=SHORTEST)
    if len(password) > LONGEST:
        return _("the password is too long: %(most)s characters at most", most=LONGEST)
    if _guesses(password, about) < LEAST:
        return _(
            "this password is too easy to guess; choose another, for example four words that do not belong together"
        )
    return ""


def _guesses(password: str, about: Iterable[str]) -> float:
    from zxcvbn import zxcvbn  # takes a tenth of a second to import, and only who sets a password needs it

    known = [*dict.fromkeys(word for text in about for word in _words(text)), *_OURS, *_walks()]
    return float(zxcvbn(" ".join(password.casefold().split())[:_READ], user_inputs=known)["guesses"])


@cache
def _walks() -> tuple[str, ...]:
    """Whatever is typed along a row of a French keyboard, in both directions, the longest first."""
    ways = [row for key_row in _KEYS for row in (key_row, key_row[::-1])]
    cut = (
        way[begin:end]
        for way in ways
        for begin in range(len(way))
        for end in range(begin + _SHORTEST_WALK, len(way) + 1)
    )
    return tuple(sorted(dict.fromkeys(cut), key=len, reverse=True))


def _words(text: str) -> list[str]:
    """The text itself, each part of it, and the parts joined: of an address its name, domain and labels."""
    text = text.casefold()[: _READ * 4]
    parts = [part for part in re.split(r"[\W_]+", text) if len(part) > 1]
    return [text, *text.split("@"), *parts, "".join(parts)]
