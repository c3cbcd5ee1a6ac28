"""What the tests of the logs share."""

from __future__ import annotations

import logging

import pytest
from dihya_logs.pipeline import _running


@pytest.fixture(autouse=True)
def alone():
    """No other application of this process writes lines meanwhile: one that a test elsewhere keeps would write beside."""
    root, others = logging.getLogger(), list(_running)
    taken = [handler for pipeline in others for handler in pipeline.handlers]
    for handler in taken:
        root.removeHandler(handler)
    _running.clear()
    yield
    _running.extend(others)
    for handler in taken:
        root.addHandler(handler)
