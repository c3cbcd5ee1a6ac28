"""The description of the interface."""

from __future__ import annotations

from typing import Any

from dihya_hookspecs import hookspec


@hookspec(kind="transform", result=dict, on_error="isolate")
def docs_openapi(document: dict[str, Any]) -> dict[str, Any] | None:
    """Return the OpenAPI 3.1 document, completed with the operations and schemas that this plugin answers.

    Called each time the document is made.
    """
