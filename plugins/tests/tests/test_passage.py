"""What passes between a browser and a trial, and what does not."""

from __future__ import annotations

import gc
import socket
import threading
from collections.abc import Callable
from contextlib import contextmanager, suppress
from urllib.parse import unquote, urlsplit

import pytest
from dihya_hookspecs import Invalid
from dihya_hookspecs.trying import TrialRequest
from dihya_tests.trying import passage
from hypothesis import example, given
from hypothesis import strategies as st

ROOT = "/services/try/token/0-fr"
PLAIN = b"HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: 2\r\n\r\nok"


@contextmanager
def trial(folder, answer: bytes | Callable[[socket.socket], None]):
    """A trial that gives this answer to one request; yields what it was asked."""
    asked = bytearray()
    listener = passage.listen(folder / "socket")

    def serve() -> None:
        line, _ = listener.accept()
        with line:
            while b"\r\n\r\n" not in asked:
                asked.extend(line.recv(65_536))
            line.settimeout(0.1)
            with suppress(TimeoutError):
                asked.extend(line.recv(65_536))
            line.settimeout(None)
            with suppress(OSError):
                line.sendall(answer) if isinstance(answer, bytes) else answer(line)

    thread = threading.Thread(target=serve)
    thread.start()
    with listener:
        yield asked
        thread.join()


def asking(**given) -> TrialRequest:
    """A request for the front page."""
    return TrialRequest(**{"role": 0, "method": "GET", "root": ROOT, "path": "/", **given})


def answered(*headers: str, status: str = "200 OK", body: bytes = b"ok") -> bytes:
    """An answer as it is on the line."""
    lines = [f"HTTP/1.1 {status}", *headers, f"Content-Length: {len(body)}", "", ""]
    return "\r\n".join(lines).encode() + body


def test_a_trial_sees_no_cookie_and_no_credential(tmp_path) -> None:
    """Of the headers of a browser only those pass that say what is wanted; the real name of the site does not either."""
    secret = {
        "Cookie": "dihya=real", "Authorization": "Bearer real", "Proxy-Authorization": "real", "X-CSRF-Token": "real", "Host": "real.example",
        "X-Forwarded-For": "real", "Forwarded": "real", "Referer": "https://real.example/", "Origin": "https://real.example",
        "X-Api-Key": "real", "X-Trial-Role": "real", "User-Agent": "real",
    }  # fmt: skip
    with trial(tmp_path, PLAIN) as asked:
        passage.ask(tmp_path / "socket", asking(headers={**secret, "accept-language": "fr", "Accept": "text/html"}))
    assert b"real" not in asked
    assert b"Accept-Language: fr" in asked and b"Accept: text/html" in asked and b"X-Trial-Role: 0\r\n" in asked


def test_a_form_arrives_whole(tmp_path) -> None:
    """Method, path, query and body come as they were sent."""
    request = asking(
        method="POST", path="/club/é t/", query="a=1&b=%20", body=b"name=x", headers={"Content-Type": "text/plain"}
    )
    with trial(tmp_path, PLAIN) as asked:
        passage.ask(tmp_path / "socket", request)
    assert asked.startswith(b"POST /club/%C3%A9%20t/?a=1&b=%20 HTTP/1.1\r\n")
    assert asked.endswith(b"\r\n\r\nname=x")


def test_an_answer_acts_on_the_browser_by_nothing_but_itself(tmp_path) -> None:
    """No cookie, no clearing of the site's data, no sign-in box, no policy, no worker of a trial reaches the browser."""
    acting = (
        "Set-Cookie: dihya=fixed; Path=/", 'Clear-Site-Data: "*"', "WWW-Authenticate: Basic", "Refresh: 0; url=/", "Link: </x>; rel=preload",
        "Content-Security-Policy: script-src *", "Service-Worker-Allowed: /", "Access-Control-Allow-Origin: *", "X-Accel-Redirect: /x",
        "Strict-Transport-Security: max-age=1", "Location-Policy: x", "Alt-Svc: x", "Report-To: x", "SourceMap: /x",
    )  # fmt: skip
    with trial(tmp_path, answered("Content-Type: text/html", 'ETag: "1"', *acting)):
        answer = passage.ask(tmp_path / "socket", asking())
    assert dict(answer.headers) == {"Content-Type": "text/html", "ETag": '"1"'}
    assert (answer.status, answer.body) == (200, b"ok")


def test_a_step_inside_is_followed(tmp_path) -> None:
    """A redirect within the trial leads there by its path alone."""
    with trial(tmp_path, answered(f"Location: http://{passage.HOST}{ROOT}/club/?a=1#b", status="303 See Other")):
        answer = passage.ask(tmp_path / "socket", asking())
    assert dict(answer.headers)["Location"] == f"{ROOT}/club/?a=1#b"


@pytest.mark.parametrize(
    "to",
    ["/securite/account/", "https://evil.example/", f"{ROOT}/../../../securite/", f"{ROOT}/%2e%2e/x", "//evil.example"],
)
def test_a_step_out_is_refused(tmp_path, to: str) -> None:
    """A redirect to the site around the trial, or to another one, is one sentence (502) and not followed."""
    said = answered(f"Location: {to}", status="307 Temporary Redirect")
    with trial(tmp_path, said), pytest.raises(Invalid, match="leads out") as refused:
        passage.ask(tmp_path / "socket", asking())
    assert refused.value.status == 502


@given(st.text() | st.text(alphabet="/.%2eE5cC\\:@?#t", max_size=30).map(lambda text: f"{ROOT}/{text}"))
@example(f"{ROOT}/..%2f..")
@example(f"{ROOT}/%252e%252e/x")
@example(f"http://{passage.HOST}@evil.example{ROOT}/")
@example(f"{ROOT}/..;/x")
def test_no_address_leads_out(address: str) -> None:
    """Whatever a trial writes, the path that remains begins with its own root, has no host, and climbs nowhere."""
    path = passage.inside(address, ROOT)
    if path is not None:
        parts = urlsplit(path)
        assert not parts.scheme and not parts.netloc and path.startswith(f"{ROOT}/")
        assert not {".", ".."} & set(unquote(parts.path).split("/")) and "\\" not in unquote(parts.path)


def test_bytes_that_trickle_end_in_time(tmp_path, monkeypatch) -> None:
    """An answer that comes one byte at a time holds a thread no longer than any other."""
    monkeypatch.setattr(passage, "SECONDS", 0.5)
    stop = threading.Event()

    def trickle(line: socket.socket) -> None:
        line.sendall(b"HTTP/1.1 200 OK\r\n")
        while not stop.wait(0.05):
            line.sendall(b"X")

    with trial(tmp_path, trickle):
        with pytest.raises(Invalid, match="gave no answer"):
            passage.ask(tmp_path / "socket", asking())
        stop.set()


def test_an_answer_without_end_is_refused(tmp_path, monkeypatch) -> None:
    """More than the limit is not read."""
    monkeypatch.setattr(passage, "LARGEST", 1 << 20)
    with trial(tmp_path, answered(body=b"x" * ((1 << 20) + 1))), pytest.raises(Invalid, match="larger than 1 MB"):
        passage.ask(tmp_path / "socket", asking())


@pytest.mark.parametrize("said", [b"", b"nonsense\r\n\r\n", b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nshort"])
def test_nonsense_is_no_answer(tmp_path, said: bytes) -> None:
    """What is no HTTP, or half of it, is one sentence (502)."""
    with trial(tmp_path, said), pytest.raises(Invalid, match="gave no answer"):
        passage.ask(tmp_path / "socket", asking())


def test_nobody_there_is_no_answer(tmp_path) -> None:
    """A trial whose socket is gone is one sentence, not a fault of ours."""
    with pytest.raises(Invalid, match="gave no answer") as refused:
        passage.ask(tmp_path / "socket", asking())
    assert refused.value.status == 502


def test_trials_hold_only_some_threads(tmp_path, monkeypatch) -> None:
    """When as many wait for trials as may, the next one is sent away at once (503)."""
    monkeypatch.setattr(passage, "_turns", threading.BoundedSemaphore(1))
    monkeypatch.setattr(passage, "PATIENCE", 0.01)
    with passage._turns, pytest.raises(Invalid, match="too much is asked") as refused:
        passage.ask(tmp_path / "socket", asking())
    assert refused.value.status == 503


def test_a_socket_lies_however_deep(tmp_path) -> None:
    """A data folder with a long name has room for trials too, although a socket's own name is short."""
    deep = tmp_path / ("d" * 120)
    deep.mkdir()
    with trial(deep, PLAIN):
        assert passage.ask(deep / "socket", asking()).body == b"ok"


def test_a_place_where_one_cannot_listen_leaves_no_socket_open(tmp_path) -> None:
    """A folder stands there already: the error is the kernel's, and the collector finds nothing to warn of."""
    (tmp_path / "socket").mkdir()
    with pytest.raises(OSError, match="Address already in use"):
        passage.listen(tmp_path / "socket")
    gc.collect()
