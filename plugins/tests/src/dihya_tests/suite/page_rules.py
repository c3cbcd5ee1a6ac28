"""Rules that a page keeps for people who do not see it, or use no mouse; read from its HTML."""

from __future__ import annotations

from collections.abc import Iterator
from html.parser import HTMLParser
from typing import Any

VOID = {"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr"}
UNLABELLED = {"hidden", "submit", "reset", "button", "image"}
NAMING = ("aria-label", "aria-labelledby", "title")


class Page(HTMLParser):
    """What of a page the rules look at."""

    def __init__(self, text: str) -> None:
        super().__init__(convert_charrefs=True)
        self.elements: list[tuple[str, dict[str, str], list[str]]] = []
        self._open: list[tuple[str, dict[str, str], list[str]]] = []
        self.within: dict[int, tuple[str, ...]] = {}
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note an element and what it stands in."""
        element: tuple[str, dict[str, str], list[str]] = (tag, {name: value or "" for name, value in attrs}, [])
        self.within[id(element)] = tuple(one[0] for one in self._open)
        self.elements.append(element)
        if tag not in VOID:
            self._open.append(element)
        if tag == "img":
            for one in self._open:
                one[2].append(element[1].get("alt", ""))

    def handle_endtag(self, tag: str) -> None:
        """Close the element, and those that were left open in it."""
        for number in range(len(self._open) - 1, -1, -1):
            if self._open[number][0] == tag:
                del self._open[number:]
                return

    def handle_data(self, data: str) -> None:
        """Give a text to everything that it stands in."""
        for element in self._open:
            element[2].append(data)

    def all(self, *tags: str) -> list[tuple[str, dict[str, str], str]]:
        """Return the elements of these kinds with their text."""
        return [(tag, attributes, "".join(text).strip()) for tag, attributes, text in self.elements if tag in tags]


def flaws(text: str) -> Iterator[str]:
    """Yield what is wrong with a page, in a few words each (WCAG 2.2, level A and AA, as far as HTML alone tells)."""
    page = Page(text)
    (_, attributes, _), *_more = page.all("html") or [("html", {}, "")]
    if not attributes.get("lang"):
        yield "the page does not say its language"
    if not any(title for _, _, title in page.all("title")):
        yield "the page has no title"
    yield from _headings(page)
    yield from _fields(page)
    yield from _names(page)
    yield from _places(page)


def _headings(page: Page) -> Iterator[str]:
    levels = [int(tag[1]) for tag, _, _ in page.all("h1", "h2", "h3", "h4", "h5", "h6")]
    if levels.count(1) != 1:
        yield f"the page has {levels.count(1)} first headings"
    for before, level in zip(levels, levels[1:], strict=False):
        if level > before + 1:
            yield f"a heading of level {level} follows one of level {before}"


def _fields(page: Page) -> Iterator[str]:
    named = {attributes.get("for") for _, attributes, text in page.all("label") if text}
    for element in page.elements:
        tag, attributes, _ = element
        if tag not in ("input", "select", "textarea") or attributes.get("type") in UNLABELLED:
            continue
        wrapped = "label" in page.within[id(element)]
        if not (wrapped or attributes.get("id") in named or any(attributes.get(name) for name in NAMING)):
            yield f"the field {attributes.get('name') or attributes.get('id') or tag!r} has no label"


def _names(page: Page) -> Iterator[str]:
    for _, attributes, _ in page.all("img"):
        if "alt" not in attributes:
            yield f"the picture {attributes.get('src', '')!r} has no alt"
    for tag, attributes, text in page.all("button", "a"):
        if tag == "a" and "href" not in attributes:
            continue
        if not (text or any(attributes.get(name) for name in NAMING)):
            yield f"a {'link' if tag == 'a' else 'button'} has no name ({attributes.get('href') or attributes.get('class', '')})"


def _places(page: Page) -> Iterator[str]:
    seen: set[str] = set()
    for tag, attributes, _ in page.elements:
        if (name := attributes.get("id", "")) and name in seen:
            yield f"the id {name!r} stands twice"
        seen.add(name)
        if attributes.get("tabindex", "0").lstrip("+").isdigit() and int(attributes.get("tabindex", "0")) > 0:
            yield f"<{tag}> changes the order of the keyboard (tabindex {attributes['tabindex']})"
        if tag in ("style", "script") and not (attributes.get("src") or attributes.get("nonce")):
            yield f"a <{tag}> stands in the page, which works with no Content-Security-Policy"
        if inline := [one for one in attributes if one.startswith("on") and len(one) > 4]:
            yield f"<{tag}> has the script {inline[0]!r} in its markup, which works with no Content-Security-Policy"


def read(answer: Any) -> list[str]:
    """Return the flaws of an answer, each once."""
    return list(dict.fromkeys(flaws(answer.get_data(as_text=True))))
