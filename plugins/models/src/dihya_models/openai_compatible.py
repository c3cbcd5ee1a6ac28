"""Any endpoint that speaks OpenAI's ``/chat/completions``.

One question, one answer; no retry in here, but for an option that the endpoint says it does not take.
"""

from __future__ import annotations

import json
import socket
import ssl
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace
from typing import Any

import httpx2
from dihya_hookspecs.ai import AIFailure, AIRequest, AIResponse, ModelCard
from dihya_hookspecs.i18n import gettext as _
from dihya_hookspecs.net import Outgoing

from .failures import RefusedOption, failure
from .settings import Endpoint
from .structured import clean, extract, fit

LARGEST = 4_000_000  # bytes of an answer
CONNECT = 5.0


class OpenAICompatible:
    """A provider behind one configured endpoint; only that host is called, and redirects are not followed."""

    def __init__(self, endpoint: Endpoint, outgoing: Outgoing) -> None:
        self.endpoint, self._outgoing = endpoint, outgoing
        self.card = ModelCard(
            endpoint.model,
            endpoint.name,
            "provider",
            endpoint.capabilities,
            residency=endpoint.residency,
            licence=endpoint.licence,
            context=endpoint.context,
            price=endpoint.price,
            trains_on_input=endpoint.trains_on_input,
        )
        self._refused: set[str] = set()
        self._client: httpx2.Client | None = None
        self._lock = threading.Lock()

    def answer(self, request: AIRequest, seconds: float) -> AIResponse:
        """Ask once. Raises AIFailure."""
        schema = _wanted(request)
        body = self._asked(request, schema, min(seconds, self.endpoint.timeout))
        text, model, tokens = _said(body)
        model = model or self.endpoint.model
        answer = AIResponse("provider", self.endpoint.name, model, tokens_in=tokens[0], tokens_out=tokens[1])
        if schema is None:
            return replace(answer, text=text)
        data, dropped = fit(extract(text, schema), schema)
        if request.capability == "classify":
            return replace(answer, **_label(data))
        reason = _("left out, because it did not fit: %(parts)s", parts=", ".join(dropped)) if dropped else ""
        return replace(answer, text=text, data=data, reason=reason)

    def _asked(self, request: AIRequest, schema: dict[str, Any] | None, seconds: float) -> dict[str, Any]:
        """Return the decoded answer; options that the endpoint refuses are left out, now and from now on."""
        end = time.monotonic() + seconds
        while True:
            try:
                return self._post(self._question(request, schema), end - time.monotonic())
            except RefusedOption as refused:
                if refused.option in self._refused or time.monotonic() > end:
                    raise
                self._refused.add(refused.option)

    def close(self) -> None:
        """Give back the connections."""
        with self._lock:
            if self._client is not None:
                self._client.close()
                self._client = None

    def _question(self, request: AIRequest, schema: dict[str, Any] | None) -> dict[str, Any]:
        system = [request.instructions] if request.instructions else []
        if request.capability == "classify":
            system.append(_explained(request))
        if schema is not None:
            system.append("Answer with one JSON object that fits this JSON Schema, and nothing else:")
            system.append(json.dumps(schema, ensure_ascii=False))
        messages = [{"role": "system", "content": "\n\n".join(system)}] if system else []
        question: dict[str, Any] = {
            "model": self.endpoint.model,
            "messages": [*messages, {"role": "user", "content": request.text}],
            # Reasoning models know the limit by its newer name alone.
            "max_completion_tokens" if "max_tokens" in self._refused else "max_tokens": request.max_tokens,
        }
        if "temperature" not in self._refused:
            question["temperature"] = 0
        if schema is not None and "response_format" not in self._refused:
            shape = {"name": "answer", "strict": True, "schema": schema}
            question["response_format"] = {"type": "json_schema", "json_schema": shape}
        return question

    def _post(self, question: dict[str, Any], seconds: float) -> dict[str, Any]:
        """Return the decoded answer. Every way to fail becomes an AIFailure."""
        timeout = httpx2.Timeout(min(seconds, self.endpoint.idle), connect=min(seconds, CONNECT))
        started, headers = time.monotonic(), self._headers()
        try:
            with self._http().stream(
                "POST", f"{self.endpoint.url}/chat/completions", json=question, headers=headers, timeout=timeout
            ) as response:
                status = response.status_code
                with _cut_off(response, seconds - (time.monotonic() - started)) as cut:
                    body = _read(response, cut)
        except (httpx2.ConnectError, httpx2.ConnectTimeout) as error:
            raise AIFailure("unreachable", type(error).__name__) from error
        except httpx2.TimeoutException as error:
            raise AIFailure("timeout", f"{type(error).__name__} within {seconds:.1f} s") from error
        except httpx2.TransportError as error:
            raise AIFailure("unreachable", type(error).__name__) from error
        if status != 200:
            raise failure(status, body, response.headers.get("retry-after"))
        return _decoded(body)

    def _headers(self) -> dict[str, str]:
        secret = self.endpoint.api_key.get_secret_value()
        return {"Authorization": f"Bearer {secret}"} if secret else {}

    def _http(self) -> httpx2.Client:
        with self._lock:
            if self._client is None:
                self._client = self._outgoing.client(
                    "models", follow_redirects=False, verify=_trusted(self.endpoint), proxy=self.endpoint.proxy or None
                )
            return self._client


def _wanted(request: AIRequest) -> dict[str, Any] | None:
    if request.capability == "structure":
        return dict(request.schema or {"type": "object"})
    if request.capability == "chat":
        return None
    names = [*[label.name for label in request.labels], "none"]
    return {
        "type": "object",
        "properties": {
            "label": {"type": "string", "enum": names},
            "confidence": {"type": "number", "minimum": 0, "maximum": 1},
        },
        "required": ["label", "confidence"],
        "additionalProperties": False,
    }


def _explained(request: AIRequest) -> str:
    lines = [f"- {label.name}: for example {'; '.join(label.examples[:4])}" for label in request.labels]
    return "Which label fits the text? Say none when no label does, and how certain you are.\n" + "\n".join(lines)


def _label(data: dict[str, Any]) -> dict[str, Any]:
    """Return label, confidence and reason; the confidence is what the model said of itself."""
    sure = float(data["confidence"])
    if data["label"] == "none":
        return {"label": "", "confidence": 0.0, "reason": _("the model says that nothing fits")}
    reason = _(
        "the model chose %(label)s and calls itself certain at %(share)d %%", label=data["label"], share=sure * 100
    )
    return {"label": data["label"], "confidence": sure, "ranking": ((data["label"], sure),), "reason": reason}


def _read(response: httpx2.Response, cut: threading.Event) -> bytes:
    body = bytearray()
    try:
        for chunk in response.iter_bytes():
            body += chunk
            if len(body) > LARGEST:
                raise AIFailure("malformed", f"the answer is longer than {LARGEST} bytes")
    except httpx2.TimeoutException:
        raise
    except (httpx2.TransportError, httpx2.DecodingError, OSError, ValueError) as error:
        if cut.is_set():
            raise AIFailure("timeout", "the answer came too slowly") from error
        raise AIFailure("malformed", f"the answer broke off after {len(body)} bytes") from error
    if cut.is_set():
        raise AIFailure("timeout", "the answer came too slowly")
    return bytes(body)


@contextmanager
def _cut_off(response: httpx2.Response, seconds: float) -> Iterator[threading.Event]:
    """Shut the connection after *seconds*: a read timeout starts again with each byte, so a dripping answer has none."""
    cut = threading.Event()

    def shut() -> None:
        cut.set()
        stream = response.extensions.get("network_stream")
        plug = stream.get_extra_info("socket") if stream else None
        with suppress(OSError):
            if plug is not None:
                plug.shutdown(socket.SHUT_RDWR)

    timer = threading.Timer(max(seconds, 0.001), shut)
    timer.daemon = True
    timer.start()
    try:
        yield cut
    finally:
        timer.cancel()


def _trusted(endpoint: Endpoint) -> ssl.SSLContext:
    """Return the authorities to believe: of the setting, else of SSL_CERT_FILE or the machine, else those that come along."""
    context = ssl.create_default_context(cafile=str(endpoint.ca_file) if endpoint.ca_file else None)
    if not context.cert_store_stats()["x509_ca"] and not endpoint.ca_file:
        import certifi

        context.load_verify_locations(certifi.where())
    return context


def _decoded(body: bytes) -> dict[str, Any]:
    try:
        decoded = json.loads(body)
    except (ValueError, RecursionError) as error:
        raise AIFailure("malformed", "the answer is not JSON") from error
    if not isinstance(decoded, dict):
        raise AIFailure("malformed", "the answer is not a JSON object")
    return decoded


WHOLE = frozenset({"stop", "eos", "eos_token", "end_turn", "stop_sequence", "end", "complete", "completed", ""})
"""How endpoints say that an answer is whole; some say nothing."""
WITHHELD = frozenset(
    {"content_filter", "content_filtered", "safety", "prohibited_content", "blocklist", "recitation", "refusal"}
)
LONGEST_NAME = 100


def _said(body: dict[str, Any]) -> tuple[str, str, tuple[int, int]]:
    """Return text, model and tokens (in, out) of a complete answer. Raises AIFailure for anything else."""
    try:
        choice = body["choices"][0]
        message, end = choice["message"], str(choice.get("finish_reason") or "").lower()
        if end in WITHHELD or message.get("refusal"):
            raise AIFailure("content_policy", "the model refused the text for its content")
        if end not in WHOLE:  # half an answer must never be taken for a whole one
            raise AIFailure("malformed", f"the answer ended with {end[:40]!r}, not with 'stop'")
        usage, text = body.get("usage") or {}, _text(message.get("content"))
        tokens = (_count(usage.get("prompt_tokens")), _count(usage.get("completion_tokens")))
    except (KeyError, IndexError, TypeError, AttributeError, ValueError) as error:
        raise AIFailure("malformed", "the answer is no chat completion") from error
    if not text.strip():
        raise AIFailure("malformed", "the answer is empty")
    return text, _name(body.get("model")), tokens


def _text(content: Any) -> str:
    """Return the text of a message: a string, or parts of which those that are thoughts are left out."""
    if isinstance(content, list):
        return "".join(clean(part["text"]) for part in content if part.get("type") in ("text", "output_text"))
    return clean(content) if isinstance(content, str) else ""


def _name(model: Any) -> str:
    """Return the model's name as it can be kept and shown, or nothing."""
    known = isinstance(model, str) and len(model) <= LONGEST_NAME and model.isprintable() and clean(model) == model
    return str(model) if known else ""


def _count(tokens: Any) -> int:
    return tokens if isinstance(tokens, int) and 0 <= tokens < 10**9 else 0
