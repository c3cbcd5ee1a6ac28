"""An application that Sentry's SDK watches as its documentation says; prints what would have been sent."""

import json
import sys
from types import ModuleType

import sentry_sdk
from dihya_hookspecs import Invalid, hookimpl
from dihya_hookspecs.web import public
from flask import Blueprint
from sentry_sdk.transport import Transport

SENT = []


class Kept(Transport):
    """Keeps what it is to send."""

    def capture_envelope(self, envelope):
        SENT.extend((item.type, item.payload.json) for item in envelope.items)


sentry_sdk.init(dsn="https://key@sentry.invalid/1", transport=Kept, traces_sample_rate=1.0)
shop = Blueprint("shop", "shop")


@shop.get("/goods/<int:number>")
@public("a shop")
def goods(number):
    if number == 7:
        raise ZeroDivisionError("a value")
    if number == 8:
        raise Invalid("sold")
    return "well"


def main():
    from dihya_core import create_app

    plugin = ModuleType("dihya_shop")
    plugin.register_routes = hookimpl(lambda: shop)
    plugin.register_routes.__name__ = "register_routes"
    names = ["db", "i18n", "keys", "logs", "middleware"]
    app = create_app(None, only=names, plugins={"shop": plugin}, given={"dihya": {"data": sys.argv[1]}}, environ={})
    client = app.test_client()
    for number in (1, 7, 8):
        client.get(f"/shop/goods/{number}")
    client.get("/nowhere")
    sentry_sdk.flush()
    told = [
        {
            "type": kind,
            "name": said["transaction"],
            "errors": [one["type"] for one in (said.get("exception") or {}).get("values", ())],
            "status": said.get("contexts", {}).get("response", {}).get("status_code"),
        }
        for kind, said in SENT
        if kind in ("event", "transaction")
    ]
    print(json.dumps(told))


if __name__ == "__main__":
    main()
