"""Who gets to see data about people, in words."""

from __future__ import annotations

import pytest
from dihya_hookspecs.i18n import Text
from dihya_hookspecs.net import Egress
from dihya_rgpd.recipients import host, hosts

MAIL = Text("sending mail", "envoyer du courrier")


@pytest.mark.parametrize(
    ("country", "basis", "en", "fr"),
    [
        ("FR", "", "a.example (FR; sending mail)", "a.example (FR; envoyer du courrier)"),
        ("local", "", "a.example (this machine; sending mail)", "a.example (cette machine; envoyer du courrier)"),
        ("??", "", "a.example (country not stated; sending mail)", "a.example (pays non précisé; envoyer du courrier)"),
        ("US", "scc", "a.example (US; sending mail; scc)", "a.example (US; envoyer du courrier; scc)"),
    ],
)
def test_a_host_is_said_with_country_reason_and_basis(country, basis, en, fr):
    """In both languages."""
    assert host(Egress("a.example", MAIL, country, ("user.contact",), basis)) == Text(en, fr)


def test_a_host_that_gets_no_data_about_people_is_no_recipient():
    """Neither is one of another plugin."""
    declared = [
        ("club", Egress("mail.example", MAIL, "FR", ("user.contact",))),
        ("club", Egress("time.example", MAIL, "FR")),
        ("shop", Egress("bank.example", MAIL, "FR", ("user.payment",))),
    ]
    assert [text.en for text in hosts(declared, "club")] == ["mail.example (FR; sending mail)"]
