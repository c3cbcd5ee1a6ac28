"""What the doctor finds."""

import json

from dihya_hookspecs import DihyaError


def test_doctor_reports_and_exits_with_1_when_something_is_wrong(app_with_toy):
    """Each finding is one line."""
    assert "✔ toy: door: well" in app_with_toy().cli("doctor").stdout

    def broken():
        raise DihyaError("the door is stuck")

    result = app_with_toy(broken).cli("doctor", "--json")
    assert result.exit_code == 1
    assert {"check": "toy: door", "ok": False, "detail": "the door is stuck", "critical": True} in json.loads(
        result.stdout
    )
