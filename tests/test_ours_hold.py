"""Our own plugins withstand every attack that is made of their routes."""

import pytest
from dihya_core.loading.discovery import installed
from dihya_tests.exploits import ATTACKS, Site

NAMES = sorted(item.name for item in installed())
CONFIG = {
    "securite": {"argon2_time": 1, "argon2_memory": 64, "lockout": 100},
    "models": {"embedded": False},
    "services": {"heartbeat": 0.05},
}

COSTLY = ("overload: POST /rgpd/mine/export: the time grows by more than the text; sent portable: ",)
"""What is no success of an attack: an archive of everything about its caller takes as long whatever its request says, ten times a
minute at most. A failure of that view, and any other body that makes it slow, still is one."""


@pytest.mark.exhaustive
@pytest.mark.parametrize("name", NAMES)
def test_no_attack_succeeds_on_our_own_plugins(make_app, name):
    """With every plugin around it, none of fifteen attacks succeeds on this one, whatever it reads and writes."""
    site = Site.of(make_app(*NAMES, config=CONFIG), name)
    said = [str(finding) for attack in ATTACKS.values() for finding in attack(site).findings]
    wrong = [one for one in said if not one.startswith(COSTLY)]
    assert not wrong, "\n".join(wrong)
