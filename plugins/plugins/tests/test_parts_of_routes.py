"""The addresses of a plugin, read from its sources."""

ROUTES = """
from flask import Blueprint
from dihya_hookspecs.web import public, requires
club_api = Blueprint("club_api", __name__)
pages = Blueprint("club", __name__, url_prefix="/clubs")
@club_api.get("/members")
@requires("club:read")
def members(): '''List.'''
@club_api.route("/door", methods=["POST"])
@public("everybody may knock")
def door(): '''Knock.'''
@requires("club:own")
def own(): '''Own.'''
pages.add_url_rule("/own", view_func=own)
for path in ("/a", "/b"):
    pages.add_url_rule(path, path, own)
BLUEPRINTS = (club_api, pages)
"""


def test_an_address_says_who_may_open_it(read):
    """Its permission, or why it is open to everybody; where it is mounted is worked out as the core does it."""
    found, _ = read(routes=ROUTES)
    assert found["address"] == {
        "GET /api/v1/club/members": {"permission": "club:read"},
        "POST /api/v1/club/door": {"public": "everybody may knock"},
        "GET /clubs/own": {"permission": "club:own"},
    }


def test_an_address_that_is_made_in_a_loop_is_undecided(read):
    """It is said, and where."""
    assert read(routes=ROUTES)[1] == [("address", "routes.py:16")]


def test_what_has_a_get_is_not_always_a_blueprint(read):
    """A cache, a registry or a dict is none."""
    assert read(routes="CACHE = {}\n@CACHE.get('/x')\ndef view(): pass\n") == ({}, [])
