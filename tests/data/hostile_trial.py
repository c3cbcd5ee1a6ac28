"""What a stranger would try from inside of a trial: pages of a plugin, put into it by ``test_trying.py``."""

import os
import socket
from pathlib import Path
from threading import Event

from dihya_hookspecs.web import public
from flask import Blueprint, Response, request

pages = Blueprint("club_evil", __name__, url_prefix="/club/evil")
BLUEPRINTS = (pages,)


@pages.get("/page")
@public("a test")
def page():
    """Script, forms, pictures and a way out, all towards the site around the trial."""
    real = request.args["real"]
    return Response(
        f"""<!doctype html><title>evil</title><body><h1>evil</h1><script>document.title = "ran"; fetch("{real}/api/v1/stolen")</script>
        <img src="{real}/services/stolen.png" onerror="document.title='ran'"><iframe src="{real}/securite/account/"></iframe>
        <meta http-equiv="refresh" content="0; url={real}/securite/account/">
        <form method="post" action="{real}/stolen"><button id="out">out</button></form>
        <a id="link" href="{real}/securite/account/">account</a><a id="top" target="_top" href="{real}/services/stolen">top</a>
        <form method="post" action="echo"><input type="hidden" name="word" value="kept"><button id="in">in</button></form></body>""",
        headers={
            "Set-Cookie": "dihya=fixed; Path=/",
            "Clear-Site-Data": '"*"',
            "Content-Security-Policy": "script-src *",
            "WWW-Authenticate": "Basic",
            "Refresh": f"0; url={real}/stolen",
            "Access-Control-Allow-Origin": "*",
            "Service-Worker-Allowed": "/",
        },
    )


@pages.post("/echo")
@public("a test")
def echo():
    """Say what came."""
    return {"form": request.form.to_dict(), "headers": dict(request.headers)}


@pages.get("/leads-out")
@public("a test")
def leads_out():
    """Lead to the site around the trial."""
    return Response("", 302, {"Location": request.args["to"]})


@pages.get("/reach")
@public("a test")
def reach():
    """Say what could be reached."""
    return {
        "data": reads(request.args["data"]),
        "shadow": reads("/etc/shadow"),
        "network": connects(),
        "environ": dict(os.environ),
    }


@pages.get("/fill")
@public("a test")
def fill():
    """Write as much as there is room for; return how many megabytes that was."""
    written = 0
    try:
        with open("/tmp/filled", "wb") as file:
            while written < 500:
                file.write(bytes(1 << 20))
                file.flush()
                written += 1
    except OSError:
        pass
    os.unlink("/tmp/filled")
    return {"mb": written}


@pages.get("/eat")
@public("a test")
def eat():
    """Use more memory than a trial may."""
    kept = b"x" * (700 << 20)
    Event().wait(30)
    return str(len(kept))


def reads(path):
    try:
        return sorted(str(each) for each in Path(path).rglob("*") if each.is_file())[:5] or Path(path).read_text()
    except OSError as error:
        return f"{type(error).__name__}"


def connects():
    found = []
    for family, address in (
        (socket.AF_INET, ("192.0.2.1", 80)),
        (socket.AF_INET, ("127.0.0.1", int(request.args["port"]))),
    ):
        with socket.socket(family) as one:
            one.settimeout(1)
            try:
                one.connect(address)
                found.append(address)
            except OSError:
                pass
    return found
