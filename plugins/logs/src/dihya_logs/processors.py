"""What happens to every line before it is written: correlation, anonymisation, and no forged lines."""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Callable, Mapping, MutableMapping
from typing import Any

from dihya_hookspecs.acts import current

Line = MutableMapping[str, Any]

_LONGEST = 16_384
_SECRET_KEY = re.compile(
    r"pass(?:word|wd|phrase)?$|secret|token|authorization|cookie|api_?key|private_?key|prompt", re.I
)
_PERSONAL_KEY = re.compile(r"e?mail|phone|telephone", re.I)
_SECRETS = (
    (re.compile(r"\b(Bearer|Basic)\s+[\w.~+/=-]{4,}", re.I), r"\1 [secret]"),
    (re.compile(r"\beyJ[\w-]+\.[\w-]+\.[\w-]*"), "[secret]"),
    (re.compile(r"\b(?:dhk|sk|pk|ghp|xox[abp])[_-][\w-]{8,}"), "[secret]"),
    (re.compile(r"-----BEGIN [A-Z ]*PRIVATE KEY-----.*?(?:-----END [A-Z ]*-----|$)", re.S), "[secret]"),
    (re.compile(r"://[^\s/@:]*:[^\s/@]*@"), "://[secret]@"),
    (
        re.compile(r"\b(pass(?:word|wd|phrase)?|secret|token|api_?key|cookie)(['\"]?\s*[=:]\s*)(['\"]?)[^\s'\",;&]+", re.I),
        r"\1\2\3[secret]",
    ),
)  # fmt: skip
# What database drivers quote when a row is refused: values of people.
_DATABASE = (
    (re.compile(r"\[parameters: [^\n]*\]"), "[parameters: removed]"),
    (re.compile(r"(Key \([^)]*\)=)\(.*?\)(?= )"), r"\1(removed)"),
    (re.compile(r"(Failing row contains) \(.*?\)(?=\.|$)", re.S), r"\1 (removed)"),
)
_EMAIL = re.compile(r"[\w.+%'-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63})+")
_PHONE = re.compile(r"(?<![\w+.])(?:\+\d{1,3}(?:[ .()-]{0,2}\d){7,12}|0[1-9](?:[ .-]?\d{2}){4})(?![\w])")
_IPV4 = re.compile(r"(?<![\w.])\d{1,3}(?:\.\d{1,3}){3}(?![\w.]\d)")
_IPV6 = re.compile(r"(?<![\w:.])(?:[0-9A-Fa-f]{0,4}:){2,7}(?:\d{1,3}(?:\.\d{1,3}){3}|[0-9A-Fa-f]{0,4})(?![\w:])")
# C0 and C1 controls, line and paragraph separators, and what reverses the direction of reading.
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\u200e\u200f\u202a-\u202e\u2066-\u2069\ud800-\udfff]")


def correlate(logger: Any, method: str, line: Line) -> Line:
    """Add the act that is running, its plugin, and the opaque id of who acts."""
    try:
        act = current()
    except LookupError:
        return line
    line.setdefault("act", act.id)
    line.setdefault("plugin", getattr(act, "plugin", None) or act.name.partition(".")[0])
    if act.actor is not None:
        line.setdefault("actor", act.actor.id)
    return line


def cleaner(anonymise: bool) -> Callable[[Any, str, Line], Line]:
    """Return the processor that removes secrets and, with *anonymise*, what tells about people."""
    clean = anonymous if anonymise else secretless

    def process(logger: Any, method: str, line: Line) -> Line:
        return {escaped(str(key)): _cleaned(str(key), value, clean, anonymise) for key, value in line.items()}

    return process


def secretless(text: str) -> str:
    """*text* without tokens, keys, passwords, and values that a database driver quotes."""
    for pattern, instead in _SECRETS + _DATABASE:
        text = pattern.sub(instead, text)
    return text


def anonymous(text: str) -> str:
    """*text* without secrets, e-mail addresses and phone numbers; IP addresses become their /24 or /48."""
    text = _PHONE.sub("[phone]", _EMAIL.sub("[email]", secretless(text)))
    return _IPV6.sub(_shortened, _IPV4.sub(_shortened, text))


def escaped(text: str) -> str:
    """*text* in one line: control characters are written as their code, so that no value looks like a line of its own."""
    return _CONTROL.sub(lambda found: found[0].encode("unicode_escape", "surrogatepass").decode(), text)


def _cleaned(key: str, value: Any, clean: Callable[[str], str], anonymise: bool, depth: int = 0) -> Any:
    if _SECRET_KEY.search(key) or (anonymise and _PERSONAL_KEY.search(key)):
        return "[removed]"
    if value is None or isinstance(value, (bool, int, float)):
        return value
    if isinstance(value, Mapping) and depth < 4:
        return {
            escaped(str(name)): _cleaned(str(name), item, clean, anonymise, depth + 1)
            for name, item in list(value.items())[:100]
        }
    if isinstance(value, (list, tuple, set, frozenset)) and depth < 4:
        return [_cleaned("", item, clean, anonymise, depth + 1) for item in list(value)[:100]]
    if isinstance(value, (bytes, bytearray, memoryview)):
        return f"[{len(value)} bytes]"
    text = clean(_shown(value)[:_LONGEST])
    return "\n".join(escaped(one) for one in text.split("\n")) if key == "exception" else escaped(text)


def _shown(value: Any) -> str:
    try:
        return str(value)
    except Exception as error:  # a value that cannot be shown must not take the line with it
        return f"[{type(value).__name__} that cannot be shown: {type(error).__name__}]"


def _shortened(found: re.Match[str]) -> str:
    try:
        address = ipaddress.ip_address(found[0])
    except ValueError:
        return found[0]
    if isinstance(address, ipaddress.IPv6Address) and address.ipv4_mapped:
        address = address.ipv4_mapped
    if address.is_loopback or address.is_unspecified:  # this machine is nobody
        return found[0]
    network = ipaddress.ip_network((address, 24 if address.version == 4 else 48), strict=False)
    return str(network.network_address)
