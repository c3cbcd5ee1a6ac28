"""The kit's fresh PostgreSQL database, as a URL object."""

from __future__ import annotations

import pytest
from sqlalchemy.engine import URL, make_url


@pytest.fixture
def postgres(postgresql: str) -> URL:
    """The URL of a fresh, empty database."""
    return make_url(postgresql)
