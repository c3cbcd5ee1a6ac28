"""The album: who is in it, and their pictures."""

from __future__ import annotations

import uuid
from collections.abc import Iterator

from dihya_hookspecs import Flaw, Invalid, NotFound
from dihya_hookspecs.acts import current, get
from dihya_hookspecs.data import Records
from dihya_hookspecs.storage import Blobs

from .models import Person

START = b"\x89PNG\r\n\x1a\n"


class People(Records[Person]):
    """The people in the album."""

    model = Person
    search = ("name",)
    order = "name"

    def remove(self, id: uuid.UUID | str) -> None:
        """Remove somebody, and their picture for good: the bin keeps the record without it."""
        self.drop(self.get(id))
        super().remove(id)

    def bring(self, id: uuid.UUID, data: bytes, largest: int) -> None:
        """Keep a picture of somebody, in the place of the one before.

        Args:
            largest: bytes that it may have.

        Raises:
            Invalid: it is no PNG picture, or larger.
            NotFound: nobody has this id.
        """
        if not data.startswith(START):
            raise Invalid("send a PNG picture", code="no-picture", flaws=[Flaw("/picture", "is no PNG picture")])
        if len(data) > largest:
            raise Invalid(f"a picture has at most {largest} bytes", code="too-large", status=413)
        self.take_away(id)
        actor = current().actor
        owner = actor.id if actor else None
        blob = get(Blobs).put(data, media_type="image/png", filename="picture.png", purpose=purpose(id), owner=owner)
        self.change(id, {"picture": blob.digest, "brought_by": owner})

    def take_away(self, id: uuid.UUID) -> None:
        """Remove the picture of somebody, if there is one. Raises NotFound."""
        if self.get(id).picture:
            self.drop(self.get(id))
            self.change(id, {"picture": None, "brought_by": None})

    def drop(self, person: Person) -> int:
        """Let go of the bytes of a picture; return how many pictures there were."""
        if not person.picture:
            return 0
        get(Blobs).remove(person.picture, owner=person.brought_by, purpose=purpose(person.id))
        return 1

    def picture(self, id: uuid.UUID) -> Iterator[bytes]:
        """Return the bytes of a picture, piece by piece. Raises NotFound where there is none."""
        if not (digest := self.get(id).picture):
            raise NotFound("there is no picture of this person", code="no-picture")
        return get(Blobs).chunks(digest)


def purpose(id: uuid.UUID) -> str:
    """Return what a picture is held for: one person each, so that two with the same picture do not take it from each other."""
    return f"album:{id}"
