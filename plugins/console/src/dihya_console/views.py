"""Views of lists: what a list is narrowed, searched and sorted by, kept under a name; one's own, and those that are shared."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime
from urllib.parse import parse_qsl, urlencode

from dihya_hookspecs import Invalid, NotFound
from dihya_hookspecs.access import Actor
from dihya_hookspecs.acts import current
from dihya_hookspecs.i18n import gettext as _
from sqlalchemy import delete, or_, select
from sqlalchemy.orm import Session

from .models import NAME, QUESTION, View

MOST = 50
"""Of one list, a person keeps this many."""
PASSING = ("lang", "choose", "after", "before")
"""What an address says of one look at a list, and not of the list."""


def question_of(pairs: Iterable[tuple[str, str]]) -> str:
    """Return what an address asks of a list, always in the same words; what is empty or passes is left out."""
    return urlencode(sorted((name, value) for name, value in pairs if value and name not in PASSING))


class Views:
    """The views of one person, in the act that is running."""

    def __init__(self, session: Session, actor: Actor | None) -> None:
        self._session, self._person = session, actor.id if actor else ""
        self._known: dict[str, Sequence[View]] = {}

    def of(self, plugin: str) -> Mapping[str, Sequence[View]]:
        """Return the views of the lists of a plugin by the list's name, with one statement a plugin and act."""
        if plugin not in self._known:
            mine = or_(View.person == self._person, View.shared)
            chosen = select(View).where(View.plugin == plugin, mine).order_by(View.name, View.id)
            self._known[plugin] = self._session.scalars(chosen).all() if self._person else []
        found: dict[str, list[View]] = {}
        for view in self._known[plugin]:
            found.setdefault(view.resource, []).append(view)
        return found

    def get(self, plugin: str, resource: str, id: uuid.UUID) -> View:
        """Return one view. Raises NotFound when there is none of this list that the person may know of."""
        found = next((view for view in self.of(plugin).get(resource, ()) if view.id == id), None)
        if found is None:
            raise NotFound(f"no view {str(id)!r} of {plugin}.{resource}")
        return found

    def own(self, view: View) -> bool:
        """Tell whether the person keeps this view."""
        return view.person == self._person

    def keep(self, plugin: str, resource: str, name: str, question: str, shared: bool) -> View:
        """Keep a view; one of the same name that the person keeps of this list says this from now on.

        Args:
            question: the query string of the list.

        Raises:
            Invalid: there is no name, it is too long, nothing is asked, or too much is kept.
        """
        name, asked = _named(name), question_of(parse_qsl(question))
        if not self._person:
            raise NotFound("nobody is signed in who would keep a view")
        if not asked:
            raise Invalid(_("Narrow, search or sort the list first; then it can be kept under a name."))
        if len(asked) > QUESTION:
            raise Invalid(_("This view says too much to be kept; narrow the list by less."))
        own = [view for view in self.of(plugin).get(resource, ()) if self.own(view)]
        view = next((each for each in own if each.name == name), None)
        if view is None and len(own) >= MOST:
            raise Invalid(_("%(most)s views of this list are kept already; remove one first.", most=MOST))
        if view is None:
            view = View(person=self._person, plugin=plugin, resource=resource, name=name)
        view.question, view.shared, view.kept_at = asked, shared, datetime.now(UTC)
        self._session.add(view)
        self._session.flush()
        self._known.clear()
        return view

    def rename(self, view: View, name: str) -> None:
        """Give a view another name. Raises Invalid when there is none, or it is too long."""
        view.name = _named(name)
        self._session.flush()
        self._known.clear()

    def remove(self, view: View) -> None:
        """Keep a view no longer."""
        self._session.delete(view)
        self._session.flush()
        self._known.clear()


def forget(plugin: str) -> None:
    """Remove what was kept of the lists of a plugin that is gone for good."""
    current().session.execute(delete(View).where(View.plugin == plugin))


def _named(name: str) -> str:
    said = " ".join(name.replace("\0", " ").split())
    if not said or len(said) > NAME:
        raise Invalid(_("Give the view a name of at most %(most)s characters.", most=NAME))
    return said
