"""The column *monitored*, as far as it reads."""

import pytest
from dihya_tests.suite.columns import monitored


@pytest.mark.parametrize(
    ("handler", "state"),
    [
        ("except Exception:\n    pass", "failed"),
        ("except:\n    ...", "failed"),
        ("except BaseException:\n    'never mind'", "failed"),
        ("except KeyError:\n    pass", "passed"),
        ("except Exception as error:\n    log.warning('%s', error)", "passed"),
        ("except Exception:\n    raise", "passed"),
    ],
)
def test_an_error_that_nobody_hears_of_is_seen(handler, state, written):
    """An expected one may pass in silence, and every other one is told."""
    assert monitored.swallowing(written(service=f"try:\n    f()\n{handler}")).state == state
