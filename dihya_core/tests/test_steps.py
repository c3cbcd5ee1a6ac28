"""Steps of plugins around every request."""

from dihya_hookspecs.web import Step


def test_a_step_that_fails_on_the_way_out_takes_nothing_else_away(gate, plugin, caplog):
    """The answer is a problem with the id of the act, and all other steps ran on it."""

    def fail(request, response):
        raise RuntimeError("on the way out")

    def mark(name):
        return lambda request, response: response.headers.add("X-Steps", name)

    def register_middleware():
        return [
            Step("first", "edge", None, mark("first")),
            Step("broken", "edge", None, fail),
            Step("inner", "content", None, mark("inner")),
        ]

    answer = gate(steps=plugin(register_middleware)).client().get("/gate/")
    assert (answer.status_code, answer.json["code"]) == (500, "internal")
    assert sorted(answer.headers.getlist("X-Steps")) == ["first", "inner"]
    assert answer.headers["X-Request-ID"] == answer.json["request_id"]
    assert "failed on the way out" in caplog.text
