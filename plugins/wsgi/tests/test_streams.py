"""Streams in the loop, and who may have one."""

from __future__ import annotations

import re
import threading
from types import SimpleNamespace

import pytest
from dihya_hookspecs import DihyaError, hookimpl
from dihya_hookspecs.access import Permission
from dihya_hookspecs.acts import get
from dihya_hookspecs.channels import Channels, Topic
from dihya_hookspecs.i18n import Text
from dihya_hookspecs.web import Stream, Streams, public
from dihya_wsgi.settings import Settings
from dihya_wsgi.streams import Places
from flask import Blueprint, request


@pytest.fixture
def streaming(echo):
    """Return a function that makes an application whose /stream follows *look*."""

    def make(look, leave=lambda: None, heartbeat=15.0):
        def app(environ, start_response):
            if environ["PATH_INFO"] != "/stream":
                return echo(environ, start_response)
            start_response("200 OK", [("Content-Type", "text/event-stream")])
            return Stream(look, leave, heartbeat)

        return app

    return make


def test_a_stream_goes_on_until_its_end(opened, streaming):
    """Blocks as they come, then the end of the answer; the place is given back."""
    looks, left = iter([(["a\n\n"], False), ([], False), (["b\n\n", "c\n\n"], True)]), threading.Event()
    client = opened(streaming(lambda: next(looks), left.set)).client().get("/stream")
    answer = client.answer()
    assert answer.headers["content-type"] == "text/event-stream" and answer.body == b"a\n\nb\n\nc\n\n"
    assert left.wait(10) and client.everything() == b""


def test_open_streams_hold_no_thread(opened, until, streaming):
    """Fifty of them beside two threads: ordinary requests are answered."""
    door = opened(streaming(lambda: ([], False)))
    following = [door.client().get("/stream") for _ in range(50)]
    until(lambda: sum(bool(each.answers.stream) for each in door.connections) == 50)
    assert door.client().get().answer().status == 200
    assert following[-1].answer(body=False).status == 200


def test_the_end_of_a_client_is_noticed_at_once(opened, streaming):
    """Without waiting for the next heartbeat."""
    left = threading.Event()
    client = opened(streaming(lambda: ([], False), left.set)).client().get("/stream")
    assert client.answer(body=False).status == 200 and not left.is_set()
    client.close()
    assert left.wait(5)


def test_a_quiet_stream_sends_comments(opened, streaming):
    """A quiet stream sends comments, so that proxies keep the connection."""
    client = opened(streaming(lambda: ([], False), heartbeat=0.05)).client().get("/stream")
    client.answer(body=False)
    assert client._until(b"still at it") != b""


def test_a_stream_that_fails_ends(opened, caplog, streaming):
    """The client asks again; the log says why."""
    client = opened(streaming(lambda: 1 / 0)).client().get("/stream")
    assert client.answer().body == b"" and "ZeroDivisionError" in caplog.text


def test_a_stream_has_its_time(opened, streaming):
    """It ends as if it were over, so that the browser asks for the next one, and its place is given back."""
    left = threading.Event()
    client = opened(streaming(lambda: ([], False), left.set), stream_seconds=0.2).client().get("/stream")
    assert client.answer().body == b"" and client.everything() == b"" and left.wait(5)


def test_who_follows_a_stream_and_does_not_read_is_cut(opened, until, caplog, streaming):
    """It is a slow reader as any other: what waits for it is thrown away with the connection."""
    left, block = threading.Event(), "x" * 200_000
    client = (
        opened(streaming(lambda: ([block], False), left.set), write_seconds=0.3).client(receive=4096).get("/stream")
    )
    until(lambda: "slow-reader" in caplog.text)
    assert left.wait(10) and b"0\r\n\r\n" not in client.everything()[-5:]


def test_a_stop_ends_streams(opened, until, streaming):
    """The server does not wait for them."""
    door = opened(streaming(lambda: ([], False)))
    client = door.client().get("/stream")
    client.answer(body=False)
    door.loop.call_soon_threadsafe(lambda: door.loop.create_task(door.close(5)))
    client.everything()
    until(lambda: not door.connections)


def test_places_are_counted_for_each_person_and_together():
    """429 for one person, 503 for the server; leaving makes room."""
    places = Places(Settings(streams_per_person=2, streams=3))
    leave = [places._enter("a", 3), places._enter("a", 3), places._enter("b", 3)]
    for person, status in (("a", 429), ("c", 503)):
        with pytest.raises(DihyaError) as refused:
            places._enter(person, 3)
        assert (refused.value.status, refused.value.headers) == (status, {"Retry-After": "5"})
    leave[0]()
    places._enter("c", 3)


def test_nothing_is_kept_of_who_follows_nothing_any_more():
    """The first of two streams that ends leaves the other counted; after the last one the person is forgotten."""
    places = Places(Settings())
    first, second = places._enter("a", 3), places._enter("a", 3)
    first()
    assert places._of == {"a": 1}
    second()
    assert not places._of


def test_a_stream_on_another_server_is_iterated():
    """On another server a stream holds a thread, and gives its place back when it ends or is never read."""
    looks, left = iter([(["a"], False), (["b"], True)]), []
    stream = Stream(lambda: next(looks), lambda: left.append(1))
    assert list(stream) == [b"a", b"b"]
    stream.close()
    stream.close()
    Stream(lambda: ([], True), lambda: left.append(2))
    assert left == [1, 2]


@pytest.fixture
def ticking(make_app):
    """A Flask application with a stream that follows a topic, a view that publishes, and how often the stream looked."""
    plugin, looks = SimpleNamespace(__name__="ticker", __doc__="Ticks."), []
    topic = Topic("ticker.tick", "ticker:read", history=2)

    @hookimpl
    def register_permissions():
        return [Permission("ticker:read", Text("Read", "Lire"), ("guest",))]

    @hookimpl
    def register_routes():
        ticker = Blueprint("ticker", __name__)

        @ticker.get("/stream")
        @public("a test")
        def stream():
            def look():
                looks.append(1)
                return [f"data: {len(looks)}\n\n"], len(looks) > 2

            return get(Streams).open(look, topic=topic, key="1")

        @ticker.get("/messages")
        @public("a test")
        def messages():
            return get(Streams).messages(topic, "1", request.args.get("after", ""))

        @ticker.get("/tick/<data>")
        @public("a test")
        def tick(data):
            get(Channels).publish(topic, "1", data)
            return "said"

        return ticker

    plugin.register_permissions, plugin.register_routes = register_permissions, register_routes
    return make_app("wsgi", plugins={"ticker": plugin}).flask, looks


def test_a_stream_that_follows_a_topic_looks_when_something_was_said(opened, ticking, until):
    """Once at first, and then at each message, not again and again."""
    app, looks = ticking
    door = opened(app)
    client = door.client().get("/ticker/stream")
    assert client.answer(body=False).status == 200
    for number in (1, 2):
        until(lambda number=number: len(looks) == number)
        assert door.client().get("/ticker/tick/x").answer().status == 200
    assert b"data: 3" in client.everything() and len(looks) == 3


def test_messages_are_resumed_exactly_and_a_loss_is_told(opened, ticking):
    """From the position of the last event; who was away for longer than the history hears ``lost`` and goes on."""
    app, _ = ticking
    door = opened(app, unlimited_addresses=["127.0.0.1"])

    def following(after=""):
        client = door.client().get(f"/ticker/messages?after={after}")
        assert client.answer(body=False).status == 200
        return client, client._until(b"\n\r\n")

    def say(text):
        assert door.client().get(f"/ticker/tick/{text}").answer().status == 200

    def position(text):
        return re.findall(rb"id: (\w+:\d+)", text)[-1].decode()

    first, head = following()
    say("a")
    heard = first._until(b"\n\n\r\n")
    assert b"event: message\ndata: a" in heard
    first.close()
    say("b")
    back, missed = following(position(heard))
    assert b"data: b" in missed and b"lost" not in missed
    back.close()
    say("c")
    assert b"event: lost" in following(position(head))[1]
    assert door.client().get("/ticker/messages?after=x").answer().status == 400


def test_the_door_keeps_as_many_streams_as_the_setting_says(opened, ticking, until):
    """Not the few of a server that holds a thread for each; one person has three."""
    app, _ = ticking
    door = opened(app)
    people = [door.client(f"127.0.0.{number}") for number in range(2, 32)]
    for client in people:
        assert client.get("/ticker/messages").answer(body=False).status == 200
    mine = [door.client("127.0.0.99").get("/ticker/messages").answer(body=False).status for _ in range(4)]
    assert mine == [200, 200, 200, 429]
