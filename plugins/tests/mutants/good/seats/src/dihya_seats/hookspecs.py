"""The moments at which others may take part."""

from dihya_hookspecs import hookspec


@hookspec(kind="veto", result=str, on_error="deny", budget_ms=20)
def seats_refusal(room: str, seat: int) -> str | None:
    """Return why a seat may not be given now, or None."""


@hookspec(kind="notify")
def seats_given(room: str, seat: int) -> None:
    """A seat was given."""
