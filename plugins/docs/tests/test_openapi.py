"""The OpenAPI document of the running application."""

from __future__ import annotations

from openapi_spec_validator import OpenAPIV31SpecValidator

WISHES = "/api/v1/orders/wishes"


def fetched(app, role="user"):
    """Return the document."""
    answer = app.client(role).get("/docs/openapi.json")
    assert answer.status_code == 200
    return answer.json


def test_the_document_is_valid(app):
    """The published validator finds nothing."""
    assert list(OpenAPIV31SpecValidator(fetched(app)).iter_errors()) == []


def test_every_route_below_api_is_described_and_no_other(app):
    """The document holds each method of each API route, and no page."""
    paths = fetched(app)["paths"]
    wanted = {
        (rule.rule.count("/"), method.lower())
        for rule in app.flask.url_map.iter_rules()
        if rule.rule.startswith("/api/")
        for method in rule.methods - {"HEAD", "OPTIONS"}
    }
    assert {(path.count("/"), method) for path, item in paths.items() for method in item} == wanted
    assert not [path for path in paths if not path.startswith("/api/")]


def test_an_operation_says_what_the_view_says(app):
    """Summary and description come from the docstring, schemas from the models, permission from the decorator."""
    document = fetched(app)
    post = document["paths"][WISHES]["post"]
    assert (post["summary"], post["description"], post["x-permission"]) == (
        "Make a wish",
        "It is granted later.",
        "orders:write",
    )
    assert post["security"] == [{"bearer": []}, {"session": []}]
    name = post["requestBody"]["content"]["application/json"]["schema"]["$ref"].rpartition("/")[2]
    assert set(document["components"]["schemas"][name]["properties"]) == {"text", "part"}
    assert "content" in post["responses"]["2XX"]
    assert {"401", "403", "422"} <= post["responses"].keys()


def test_path_parameters_have_the_types_of_their_converters(app):
    """int, any and path converters become schemas; a public view needs no security."""
    get = fetched(app)["paths"][WISHES + "/{number}/{kind}/{name}"]["get"]
    kinds = {parameter["name"]: parameter["schema"] for parameter in get["parameters"]}
    assert kinds["number"] == {"type": "integer", "minimum": 0}
    assert kinds["kind"] == {"type": "string", "enum": ["html", "text"]}
    assert kinds["name"]["type"] == "string"
    assert get["security"] == [] and get["tags"] == ["orders"]


def test_one_template_stands_once(app):
    """Two rules that differ only in the name of a parameter are one path, with one name."""
    item = fetched(app)["paths"][WISHES + "/{number}"]
    assert set(item) == {"get", "delete", "put"}
    assert item["put"]["parameters"][0]["name"] == "number"


def test_a_plugin_completes_the_document(app):
    """What docs_openapi says stands above what the code says."""
    assert fetched(app)["paths"][WISHES + "/{number}"]["delete"]["summary"] == "Forget a wish"


def test_the_document_needs_a_permission_and_has_an_etag(app):
    """Nobody unknown reads it; who has the current one gets 304."""
    assert app.client().get("/docs/openapi.json").status_code == 401
    client = app.client("user")
    tag = client.get("/docs/openapi.json").headers["ETag"]
    assert client.get("/docs/openapi.json", headers={"If-None-Match": tag}).status_code == 304
