"""People in the album, and their pictures."""

import io
import uuid

import dihya_album
import pytest
from dihya_album.service import START, People
from dihya_hookspecs import Invalid, NotFound
from dihya_hookspecs.access import SYSTEM, Actor
from dihya_hookspecs.acts import get
from dihya_hookspecs.rgpd import Demand, Subject
from dihya_hookspecs.rgpd import People as Everybody
from dihya_hookspecs.storage import Blobs

ANN = Actor("ann", "Ann", frozenset({"user"}))


@pytest.fixture
def app(make_app):
    """An application with an album."""
    return make_app("album", "storage", "routes", "console", "i18n", "static", "rgpd")


@pytest.fixture
def person(app):
    """The id of somebody in the album."""
    with app.act(actor=SYSTEM):
        return get(People).add({"name": "Tin", "email": "tin@example.org"}).id


@pytest.fixture
def shown(app, person):
    """The id of somebody of whom there is a picture that Ann brought."""
    with app.act(actor=ANN):
        get(People).bring(person, START + b"1", 9)
    return person


def kept(app):
    """Return the bytes of all pictures."""
    return sorted(path.read_bytes() for path in (app.data / "blobs").glob("*/*"))


def test_a_picture_is_held_for_its_person_by_who_brought_it(app, shown):
    """So that it goes with either."""
    with app.act(actor=SYSTEM):
        one = get(People).get(shown)
        blob = get(Blobs).get(one.picture)
        assert (one.brought_by, blob.owner, blob.purpose, blob.size) == ("ann", "ann", f"album:{shown}", 9)


def test_a_second_picture_takes_the_place_of_the_first(app, shown):
    """Whoever brings it."""
    with app.act(actor=SYSTEM):
        get(People).bring(shown, START + b"2", 9)
    assert kept(app) == [START + b"2"]
    with app.act(actor=SYSTEM):
        assert b"".join(get(People).picture(shown)) == START + b"2"


def test_what_is_no_picture_is_refused(app, person):
    """Its first bytes say so."""
    with app.act(actor=SYSTEM), pytest.raises(Invalid) as error:
        get(People).bring(person, b"<svg>", 9)
    assert [flaw.pointer for flaw in error.value.flaws] == ["/picture"]


def test_a_picture_that_is_too_large_is_refused(app, person):
    """By one byte, with the status for it."""
    with app.act(actor=SYSTEM), pytest.raises(Invalid) as error:
        get(People).bring(person, START + b"12", 9)
    assert error.value.status == 413


def test_a_picture_is_taken_away_and_the_person_stays(app, shown):
    """Once more changes nothing."""
    with app.act(actor=SYSTEM):
        get(People).take_away(shown)
        get(People).take_away(shown)
    assert kept(app) == []
    with app.act(actor=SYSTEM), pytest.raises(NotFound):
        get(People).picture(shown)


def test_who_is_removed_takes_the_picture_along(app, shown):
    """No bytes are left."""
    with app.act(actor=SYSTEM):
        get(People).remove(shown)
    assert kept(app) == []


def test_who_has_no_picture_is_removed_all_the_same(app, person):
    """Nothing is held for them."""
    with app.act(actor=SYSTEM):
        assert get(People).drop(get(People).get(person)) == 0
        get(People).remove(person)
    with app.act(actor=SYSTEM):
        assert get(People).count() == 0


def test_two_people_with_one_picture_do_not_take_it_from_each_other(app, shown):
    """It stays for the other one."""
    with app.act(actor=ANN):
        other = get(People).add({"name": "Ziri", "email": "ziri@example.org"}).id
        get(People).bring(other, START + b"1", 9)
    with app.act(actor=ANN):
        get(People).take_away(other)
    assert kept(app) == [START + b"1"]


def test_an_export_has_the_picture_of_its_person_only(app, shown):
    """Nothing for another table, and nothing for somebody without one."""
    with app.act(actor=SYSTEM):
        other = get(People).add({"name": "Ziri", "email": "ziri@example.org"}).id
        given = [
            dict(
                app.hooks.call(
                    "on_rgpd_export", subject=Subject(table, str(key), "album"), demand=Demand("1", "export")
                )
            )
            for table, key in (("album_people", shown), ("album_people", other), ("album_others", uuid.uuid4()))
        ]
    assert [one["album"].files if "album" in one else {} for one in given] == [{"picture.png": START + b"1"}, {}, {}]


def test_an_erasure_leaves_no_picture(app, shown):
    """And no person."""
    with app.act(actor=SYSTEM):
        everybody = get(Everybody)
        done = everybody.erase(everybody.find("tin@example.org"))
        assert [one.removed for one in done if one.source == "album pictures"] == [1]
    assert kept(app) == []


def test_the_page_takes_a_picture_gives_it_back_and_takes_it_away(app, person):
    """As an attachment, and from the page of the person too."""
    client, address = app.client("user"), f"/album/pictures/{person}"
    assert f'action="{address}"' in client.get("/album/pictures").text and client.get(address).status_code == 404
    assert client.post(address, data={"picture": (io.BytesIO(START + b"1"), "tin.png")}).status_code == 303
    assert f'href="{address}"' in client.get(f"/album/people/{person}").text
    given = client.get(address)
    assert (given.data, given.headers["Content-Disposition"][:10]) == (START + b"1", "attachment")
    assert client.post(f"{address}/remove").status_code == 303
    assert client.get(address).status_code == 404 and client.post(address).status_code == 422


def test_it_is_what_is_installed():
    """Nothing of it lies beside the tests."""
    assert dihya_album.__file__
