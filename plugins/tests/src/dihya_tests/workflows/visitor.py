"""A person at the pages, who finds links, inputs and buttons by their words, as people do."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import urljoin, urlsplit

from werkzeug.datastructures import Headers
from werkzeug.exceptions import HTTPException
from werkzeug.routing import RequestRedirect

from ..exploits.answers import Answer, Person
from ..exploits.markup import Element, Form, forms, label_of, option_value
from ..exploits.site import Site

FOLLOWED = 5


class Visitor:
    """Goes from page to page.

    Attributes:
        here: the address of the page that is shown.
        answer: what came last.
    """

    def __init__(self, site: Site, who: Person) -> None:
        self.site, self.who, self.here = site, who, "/"
        self._client = site.client(who)
        self.answer = Answer(0, Headers(), b"")

    @property
    def page(self) -> Element:
        """The page that is shown."""
        return self.answer.page

    @property
    def heading(self) -> str:
        """The first heading."""
        return next((each.text for each in self.page.all("h1")), "")

    def open(self, path: str) -> Answer:
        """Open an address, and follow where it leads."""
        return self._go("GET", path)

    def link(self, *words: str) -> str:
        """Return where the first link leads that begins with one of the words, empty where there is none."""
        return next((path for text, path in self.links() if text.startswith(words)), "")

    def links(self) -> Iterator[tuple[str, str]]:
        """Yield words and address of the links to pages of this application."""
        yield from ((text, path) for text, path, _ in self._links())

    def _links(self) -> Iterator[tuple[str, str, Element]]:
        for each in self.page.all("a"):
            href = each.get("href")
            if href and not href.startswith("#") and not urlsplit(href).netloc and not urlsplit(href).scheme:
                yield each.text or each.get("aria-label"), urljoin(self.here, href), each

    def form(self, *words: str) -> Form | None:
        """Return the first form that has a button with one of the words."""
        found = (
            (form, button.text or button.get("value"))
            for form in forms(self.page, self.here)
            for button in form.buttons
        )
        return next((form for form, text in found if text in words), None)

    def fill(self, form: Form, values: Mapping[str, Any]) -> dict[str, str]:
        """Return what is sent when somebody enters these values (name of the field → value) into a form as they are able to.

        A choice that is not offered cannot be chosen, and a box is ticked or not.
        """
        sent = dict(form.values)
        for control in form.inputs:
            name = control.get("name")
            if name not in values:
                continue
            value = values[name]
            if control.get("type") == "checkbox":
                sent.pop(name, None)
                if value:
                    sent[name] = control.get("value") or "on"
            else:
                sent[name] = _entered(control, "" if value is None else str(value))
        return sent

    def press(self, form: Form, sent: Mapping[str, str], *words: str) -> Answer:
        """Press the button with one of the words, and follow where that leads."""
        button = next(each for each in form.buttons if (each.text or each.get("value")) in words)
        extra = {button.get("name"): button.get("value")} if button.get("name") else {}
        action = urljoin(self.here, button.get("formaction") or form.action)
        return self._go(form.method, action, {**sent, **extra})

    def unlabelled(self, form: Form) -> list[str]:
        """Return the inputs that nobody finds, because no words belong to them."""
        return [each.get("name") for each in form.inputs if not label_of(self.page, each)]

    def complaint(self, name: str) -> str:
        """Return the sentence that stands at a field, found as a screen reader finds it; empty where there is none."""
        control = next(
            (each for each in self.page.all("input", "select", "textarea") if each.get("name") == name), None
        )
        if control is None or control.get("aria-invalid") != "true":
            return ""
        told = {each.get("id"): each.text for each in self.page.all() if each.get("id")}
        hints = [each for each in control.get("aria-describedby").split() if each.endswith("-error")]
        return " ".join(told.get(each, "") for each in hints or control.get("aria-describedby").split()).strip()

    def complaints(self) -> dict[str, str]:
        """Return field → sentence of all that is refused; under an empty name what is said in an alert to no field."""
        named = [
            each.get("name")
            for each in self.page.all("input", "select", "textarea")
            if each.get("aria-invalid") == "true"
        ]
        found = {name: self.complaint(name) for name in named}
        return found or {"": self.told()}

    def told(self) -> str:
        """Return what the page says in alerts and messages."""
        return " ".join(each.text for each in self.page.all() if each.get("role") in ("alert", "status") and each.text)

    def dead_ends(self, seen: set[str]) -> Iterator[str]:
        """Yield what the page offers and then refuses: links that lead to a refusal, forms behind a right that is lacking."""
        mine = f"/{self.site.plugin}/"
        main = (
            {id(each) for main in self.page.all("main") for each in main.all("a")}
            if self.here.startswith(mine)
            else set()
        )
        offered = [
            (text, path) for text, path, each in self._links() if path.startswith(mine) or id(each) in main
        ]  # the frame of the page belongs to the application
        for text, path in offered:
            where = urlsplit(path)._replace(fragment="").geturl()
            if where in seen:
                continue
            seen.add(where)
            answer = self.site.send(self.who, "GET", where, client=self._client)
            if answer.status in (401, 403, 404) or answer.status >= 500:
                yield f"the link “{text}” on {self.here} leads to {answer.status} at {where}"
        for form in forms(self.page, self.here):
            for button in form.buttons if form.method == "POST" else ():
                action = urljoin(self.here, button.get("formaction") or form.action)
                if permission := self._lacking(action):
                    yield f"the button “{button.text}” on {self.here} asks for {permission!r}, which is refused"

    def _lacking(self, action: str) -> str:
        """Return the permission that a form asks for and this person lacks."""
        try:
            endpoint, _values = self.site.app.flask.url_map.bind("localhost").match(
                urlsplit(action).path, method="POST"
            )
        except (HTTPException, RequestRedirect):
            return f"POST {urlsplit(action).path}"
        permission = getattr(self.site.app.flask.view_functions[endpoint], "dihya_requires", None)
        return "" if not permission or self.who.holds(self.site.permissions, permission) else permission

    def _go(self, method: str, path: str, sent: Mapping[str, str] | None = None) -> Answer:
        given: dict[str, Any] = {"data": sent} if method == "POST" else {}
        if method == "GET" and sent:
            path = urlsplit(path)._replace(query="").geturl()
            given = {"query_string": sent}
        for _ in range(FOLLOWED):
            self.answer = self.site.send(self.who, method, path, client=self._client, **given)
            self.here = path
            if not 300 <= self.answer.status < 400 or "Location" not in self.answer.headers:
                break
            path, method, given = urljoin(path, self.answer.headers["Location"]), "GET", {}
        return self.answer


def _entered(control: Element, value: str) -> str:
    """Return what a control sends when somebody enters a value; a moment is entered as it is shown, without a zone."""
    if control.get("type") == "datetime-local":
        return value[:16]
    if control.name == "select":
        offered = [option_value(each) for each in control.all("option")]
        return value if value in offered else value if not offered else next((each for each in offered if each), "")
    return value
