"""What the browser keeps between password and code."""

from __future__ import annotations


def test_the_cookie_between_the_steps_is_sealed_and_short_lived(place, add, sign_in):
    """Not for scripts, five minutes; it holds neither address nor name to read."""
    import pyotp
    from dihya_hookspecs.access import Actor
    from dihya_securite.authenticators import Authenticators
    from dihya_securite.service import Directory

    app = place()
    id = add(app, "tin@example.org")
    with app.act() as act:
        apps, person = act.get(Authenticators), act.get(Directory).get(id)
        offer = apps.offer(person, "x")
        apps.add(Actor(id, "tin", frozenset(person.roles)), offer, pyotp.TOTP(offer.secret).now())
    answer = sign_in(app, "tin@example.org").answer
    cookie = next(one for one in answer.headers.getlist("Set-Cookie") if one.startswith("dihya-half="))
    assert "HttpOnly" in cookie and "Max-Age=300" in cookie and "SameSite=Lax" in cookie
    assert id not in cookie and "tin" not in cookie.lower().partition(";")[0].partition("=")[0]
