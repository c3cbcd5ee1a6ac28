"""Personal identifiers are replaced by placeholders before a text leaves this machine, and put back in the answer.

What has a check digit is masked only when it is right, so that ordinary numbers stay. Names of people are not found.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from importlib import import_module
from typing import Any

from dihya_hookspecs.ai import AIRequest, AIResponse

Valid = Callable[[str], bool]


def _stdnum(module: str) -> Valid:
    return lambda text: bool(import_module(f"stdnum.{module}").is_valid(re.sub(r"[ .-]", "", text)))


def _always(text: str) -> bool:
    return True


def _address(text: str) -> bool:
    return all(int(part) < 256 for part in text.split("."))


# Longest first: an IBAN contains what looks like a phone number.
KINDS: tuple[tuple[str, re.Pattern[str], Valid], ...] = (
    ("EMAIL", re.compile(r"[\w.+-]{1,64}@[A-Za-z0-9-]{1,63}(?:\.[A-Za-z0-9-]{1,63}){1,4}"), _always),
    ("IBAN", re.compile(r"\b[A-Z]{2}\d{2}(?: ?[A-Z0-9]{4}){2,7}(?: ?[A-Z0-9]{1,3})?\b"), _stdnum("iban")),
    (
        "NIR",
        re.compile(r"\b[12][ .]?\d\d[ .]?\d\d[ .]?(?:\d\d|2[AB])[ .]?\d{3}[ .]?\d{3}[ .]?\d\d\b"),
        _stdnum("fr.nir"),
    ),
    ("VAT", re.compile(r"\bFR ?[0-9A-Z]{2} ?\d{3} ?\d{3} ?\d{3}\b"), _stdnum("fr.tva")),
    ("CARD", re.compile(r"\b\d{4}[ -]?\d{4}[ -]?\d{4}[ -]?\d{3,4}\b"), _stdnum("luhn")),
    ("SIRET", re.compile(r"\b\d{3}[ .]?\d{3}[ .]?\d{3}[ .]?\d{5}\b"), _stdnum("fr.siret")),
    ("SIREN", re.compile(r"\b\d{3}[ .]?\d{3}[ .]?\d{3}\b"), _stdnum("fr.siren")),
    ("PHONE", re.compile(r"(?<![\w+])(?:\+|00)\d{1,3}(?:[ .-]?\(?\d{1,4}\)?){2,6}(?!\d)"), _always),
    ("PHONE", re.compile(r"(?<!\d)0[1-9](?:[ .-]?\d\d){4}(?!\d)"), _always),
    ("ADDRESS", re.compile(r"\b\d{1,3}(?:\.\d{1,3}){3}\b"), _address),
    ("KEY", re.compile(r"\b(?:sk|pk|ghp|xox[abp]|AKIA)[-_]?[A-Za-z0-9_-]{16,200}\b"), _always),
)


def masked(request: AIRequest) -> AIRequest | None:
    """Return the request with placeholders; None when there is nothing to mask."""
    found = placeholders(request)
    if not found:
        return None
    return replace(request, text=_swap(request.text, found), instructions=_swap(request.instructions, found))


def unmasked(response: AIResponse, request: AIRequest) -> AIResponse | None:
    """Return the response with the values of *request* put back; None when there is nothing to put back."""
    back = {placeholder: value for value, placeholder in placeholders(request).items()}
    if not back:
        return None
    text, data = _swap(response.text, back), _deep(response.data, back)
    if (text, data) == (response.text, response.data):
        return None
    return replace(response, text=text, data=data)


def placeholders(request: AIRequest) -> dict[str, str]:
    """Return value → placeholder. The same request always gives the same ones, so nothing is kept meanwhile."""
    text = f"{request.text}\n{request.instructions}"
    found: dict[str, str] = {}
    counts: dict[str, int] = {}
    rest = text
    for kind, value in _values(text):
        if value in found or value not in rest:
            continue
        counts[kind] = counts.get(kind, 0) + 1
        while f"[{kind}_{counts[kind]}]" in text:
            counts[kind] += 1
        found[value] = f"[{kind}_{counts[kind]}]"
        rest = rest.replace(value, " ")
    return found


def _values(text: str) -> Iterator[tuple[str, str]]:
    for kind, pattern, valid in KINDS:
        for match in pattern.finditer(text):
            if valid(match.group()):
                yield kind, match.group()


def _swap(text: str, pairs: dict[str, str]) -> str:
    if not text:
        return text
    longest_first = sorted(pairs, key=len, reverse=True)
    return re.sub("|".join(map(re.escape, longest_first)), lambda match: pairs[match.group()], text)


def _deep(data: Any, pairs: dict[str, str]) -> Any:
    if isinstance(data, str):
        return _swap(data, pairs)
    if isinstance(data, list):
        return [_deep(item, pairs) for item in data]
    if isinstance(data, dict):
        return {name: _deep(value, pairs) for name, value in data.items()}
    return data
