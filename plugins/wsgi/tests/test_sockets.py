"""WebSockets of a real connection, spoken by wsproto as a client."""

from __future__ import annotations

import threading
from types import SimpleNamespace

import pytest
from dihya_hookspecs import Invalid, hookimpl
from dihya_hookspecs.access import Permission
from dihya_hookspecs.acts import Acts, current, get
from dihya_hookspecs.channels import Channels, Topic
from dihya_hookspecs.i18n import Text
from dihya_hookspecs.web import Socket, Streams, requires
from dihya_wsgi.sockets import LONGEST
from flask import Blueprint
from wsproto.connection import Connection, ConnectionType
from wsproto.events import BytesMessage, CloseConnection, Message, Ping, Pong, TextMessage

ASKING = (
    "Connection: Upgrade",
    "Upgrade: websocket",
    "Sec-WebSocket-Version: 13",
    "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==",
)


class Peer:
    """The client's side of a socket, from the answer to the handshake on."""

    def __init__(self, client, path="/", *headers):
        self.client = client.get(path, *ASKING, *headers)
        self.answer = client.answer(body=False)
        self.frames, self.found = Connection(ConnectionType.CLIENT), []

    def send(self, *events):
        self.client.send(b"".join(self.frames.send(event) for event in events))
        return self

    def next(self):
        while not self.found:
            data = self.client.rest or self.client.socket.recv(65536)
            self.client.rest = b""
            self.frames.receive_data(data or None)
            self.found += list(self.frames.events())
        return self.found.pop(0)

    def text(self):
        parts = []
        while isinstance(event := self.next(), Message):
            parts.append(event.data)
            if event.message_finished:
                return "".join(parts)
        raise AssertionError(event)


@pytest.fixture
def talking(opened):
    """Return a function that opens a door whose socket answers what it hears; it gives a peer, and what was left."""

    def begin(heard=None, heartbeat=15.0, first=("hello",), **settings):
        said, wake, left = list(first), [], threading.Event()

        def look():
            blocks = tuple(said)
            said.clear()
            return blocks, "end" in blocks

        def follow(woken):
            wake.append(woken)
            return lambda: None

        def hears(text):
            (heard or (lambda text: said.append(text.upper())))(text)
            wake[0]()

        def app(environ, start_response):
            start_response(
                "200 OK", [("Upgrade", "websocket"), ("Sec-WebSocket-Accept", "x"), ("Content-Type", "text/html")]
            )
            return Socket(look, hears, left.set, heartbeat, follow)

        door = opened(app, **settings)
        peer = Peer(door.client())
        peer.left, peer.door = left, door
        return peer

    return begin


def test_a_socket_is_opened_and_answers(talking):
    """101 with the headers of the handshake, then texts in both directions, in order."""
    peer = talking()
    assert (peer.answer.status, peer.answer.headers["connection"]) == (
        101,
        "Upgrade",
    ) and "content-type" not in peer.answer.headers
    assert peer.text() == "hello"
    peer.send(TextMessage(data="à"), TextMessage(data="b"))
    assert "".join(peer.text() for _ in range(2)) == "ÀB"


def test_a_text_in_several_frames_is_one_text(talking):
    """Fragments are put together before they are heard."""
    peer = talking(first=())
    peer.send(TextMessage(data="on", message_finished=False), TextMessage(data="e"))
    assert peer.text() == "ONE"


def test_a_ping_is_answered(talking):
    """With the same bytes."""
    peer = talking(first=()).send(Ping(payload=b"x"))
    event = peer.next()
    assert isinstance(event, Pong) and event.payload == b"x"


def test_the_client_ends_it(talking):
    """The server answers the close, closes the connection and gives the place back."""
    peer = talking(first=()).send(CloseConnection(code=1000))
    event = peer.next()
    assert isinstance(event, CloseConnection) and event.code == 1000
    assert peer.client.everything() == b"" and peer.left.wait(5)


def test_the_last_block_ends_it(talking):
    """What the view says last is sent before the close."""
    peer = talking(first=("end",))
    assert peer.text() == "end" and peer.next().code == 1000 and peer.left.wait(5)


def test_a_connection_that_breaks_gives_its_place_back(talking):
    """Without a word of the client."""
    peer = talking(first=())
    peer.client.close()
    assert peer.left.wait(5)


@pytest.mark.parametrize(
    ("sent", "code"),
    [
        (BytesMessage(data=b"x"), 1003),
        (TextMessage(data="x" * (LONGEST + 1)), 1009),
    ],
    ids=["bytes", "too long"],
)
def test_what_a_socket_does_not_take_ends_it_with_its_code(talking, sent, code):
    """1003 for bytes, 1009 for a text beyond the limit."""
    assert talking(first=()).send(sent).next().code == code


def test_what_is_no_frame_ends_it(talking):
    """1002 for a frame that is not masked, as RFC 6455 asks of a client."""
    peer = talking(first=())
    peer.client.send(b"\x81\x01a")
    assert peer.next().code == 1002


def test_an_error_in_what_hears_ends_it_with_its_sentence(talking):
    """1008 and the sentence for what Dihya can explain, 1011 for anything else."""

    def refuse(text):
        if text == "a":
            raise Invalid("no such room")
        raise ZeroDivisionError

    event = talking(refuse, first=()).send(TextMessage(data="a")).next()
    assert (event.code, event.reason) == (1008, "no such room")
    assert talking(refuse, first=()).send(TextMessage(data="b")).next().code == 1011


def test_a_silent_client_is_asked_and_then_let_go(talking):
    """A ping each heartbeat; after three without any sign the place is free again."""
    peer = talking(heartbeat=0.05, first=())
    assert isinstance(peer.next(), Ping) and peer.left.wait(5)


def test_what_hears_slowly_holds_its_own_socket_only(talking, opened):
    """Sixteen texts wait, then the client is not read; another request is answered meanwhile."""
    free, asked = threading.Event(), []

    def slow(text):
        asked.append(text)
        free.wait(10)

    peer = talking(slow, first=())
    peer.send(*(TextMessage(data=str(number)) for number in range(40)))
    other = opened(lambda environ, start: (start("200 OK", []), [b"x"])[1]).client().get("/")
    assert other.answer().status == 200
    free.set()
    peer.send(CloseConnection(code=1000))
    while not isinstance(peer.next(), CloseConnection):
        pass
    assert asked[:3] == ["0", "1", "2"][: len(asked[:3])]


def test_a_request_that_asks_for_a_socket_may_get_a_page(opened, echo):
    """An ordinary answer, after which the connection is closed: nothing of what followed is taken for a request."""
    client = opened(echo).client().get("/x", *ASKING)
    client.send(b"GET /second HTTP/1.1\r\nHost: a\r\n\r\n")
    assert client.answer().status == 200 and client.everything() == b""


def test_the_end_of_the_server_is_said(talking, until):
    """1001, so that a client connects again."""
    peer = talking(first=())
    peer.door.loop.call_soon_threadsafe(lambda: peer.door.loop.create_task(peer.door.close(5)))
    assert peer.next().code == 1001
    until(lambda: not peer.door.connections)


@pytest.fixture
def room(make_app, opened):
    """A door before an application in which people with a permission talk in a room that is a topic."""
    plugin, topic = SimpleNamespace(__name__="dihya_room", __doc__="A room."), Topic("room.said", "room:talk")

    @hookimpl
    def register_permissions():
        return [Permission("room:talk", Text("Talk", "Parler"), ("user",))]

    @hookimpl
    def register_routes():
        room = Blueprint("room", __name__)

        @room.get("/talk")
        @requires("room:talk")
        def talk():
            acts, actor, channels = get(Acts), current().actor, get(Channels)
            seen = [channels.read(topic, "1").position]  # what is said from the answer on is heard

            def look():
                with acts.open("room.read", actor=actor):
                    batch = channels.read(topic, "1", seen[-1])
                seen.append(batch.position)
                return [message.data for message in batch.messages], False

            def heard(text):
                with acts.open("room.say", actor=actor):
                    channels.publish(topic, "1", text)

            return get(Streams).converse(look, heard, topic=topic, key="1")

        return room

    plugin.register_permissions, plugin.register_routes = register_permissions, register_routes
    app = make_app("wsgi", plugins={"room": plugin})
    known = app.client("user").environ_base

    def called(environ, start_response):
        return app.flask({**environ, **(known if "HTTP_X_KNOWN" in environ else {})}, start_response)

    return opened(called)


def test_two_people_talk_through_a_topic(room):
    """Each text is heard in an act of its own, and published to whoever follows; the view asks for rights as any other."""
    assert room.client().get("/room/talk", *ASKING).answer().status == 401
    first, second = (Peer(room.client(), "/room/talk", "X-Known: 1") for _ in range(2))
    assert (first.answer.status, second.answer.status) == (101, 101)
    first.send(TextMessage(data="bonjour"))
    assert first.text() == second.text() == "bonjour"


def test_a_page_that_asks_for_no_socket_is_told_so(room):
    """426 with the version, as a problem like every other error."""
    answer = room.client().get("/room/talk", "X-Known: 1").answer()
    assert (answer.status, answer.headers["sec-websocket-version"]) == (426, "13")
