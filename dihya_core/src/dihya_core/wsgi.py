"""``wsgi:app`` for any WSGI server; the configuration file is named by ``DIHYA_CONFIG``."""

from __future__ import annotations

from dihya_core import create_app, garbage

app = create_app(serving=True)
garbage.keep()
garbage.seldom()
garbage.leave_at_exit()
