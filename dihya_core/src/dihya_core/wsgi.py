"""``wsgi:app`` for any WSGI server; the configuration file is named by ``DIHYA_CONFIG``."""

from __future__ import annotations

from dihya_core.app import create_app

app = create_app(serving=True)
