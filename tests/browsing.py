"""A real browser, and what a person does with it; the fixture ``browse`` opens one."""

import base64
import os
import threading
from contextlib import contextmanager
from pathlib import Path

from dihya_tests.kit import ACTOR
from selenium import webdriver
from selenium.common.exceptions import StaleElementReferenceException
from selenium.webdriver.common.by import By
from selenium.webdriver.support.ui import Select, WebDriverWait
from werkzeug.serving import make_server

# Where a run leaves pictures of the pages, for people to look at: DIHYA_TEST_SCREENSHOTS=folder tox run -e e2e
PICTURES = os.environ.get("DIHYA_TEST_SCREENSHOTS")
RELOADED = (StaleElementReferenceException,)
"""A page that comes anew while one looks at it is looked at again."""


@contextmanager
def served(app, client):
    """Serve an application in which everybody is the person of *client*, and yield its address."""
    server = make_server(
        "127.0.0.1", 0, lambda environ, begin: app.flask({**environ, ACTOR: client.actor}, begin), threaded=True
    )
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


class Browser:
    """A real Chromium, and what a person does with it."""

    def __init__(self, url, folder, paths):
        options = webdriver.ChromeOptions()
        options.binary_location = paths[0]
        quiet = (
            "no-sandbox",
            "disable-gpu",
            "disable-quic",
            "no-first-run",
            "disable-background-networking",
            "disable-component-update",
            "disable-sync",
        )
        for argument in (
            "headless=new",
            *quiet,
            "window-size=1280,900",
            f"user-data-dir={folder / 'profile'}",
            "lang=fr",
        ):
            options.add_argument(f"--{argument}")
        options.add_experimental_option("prefs", {"intl.accept_languages": "fr"})
        options.set_capability("goog:loggingPrefs", {"browser": "ALL"})
        self.driver = webdriver.Chrome(options, webdriver.ChromeService(paths[1]))
        self.url = url

    def open(self, path):
        """Go to a page of the application."""
        self.driver.get(f"{self.url}{path}")

    def find(self, selector):
        """Return the first element that fits, once it is there."""
        return WebDriverWait(self.driver, 15).until(lambda driver: driver.find_element(By.CSS_SELECTOR, selector))

    def fill(self, **values):
        """Type into fields by their name."""
        for name, value in values.items():
            field = self.find(f"[name='{name}']")
            if field.tag_name == "select":
                Select(field).select_by_value(value)
            elif field.get_attribute("type") == "date":
                self.driver.execute_script("arguments[0].value = arguments[1]", field, value)
            else:
                field.clear()
                field.send_keys(value)

    def press(self, words):
        """Press the button or follow the link that says *words*."""
        path = f"//*[self::button or self::a][contains(normalize-space(.), {words!r})]"
        element = WebDriverWait(self.driver, 15, ignored_exceptions=RELOADED).until(
            lambda driver: next((e for e in driver.find_elements(By.XPATH, path) if e.is_displayed()), None)
        )
        self.driver.execute_script("arguments[0].scrollIntoView({block: 'center'})", element)
        sends = self.driver.execute_script(
            "document.left = false; return arguments[0].type === 'submit' && arguments[0].form !== null", element
        )
        element.click()
        if sends:  # a page that is opened before the answer came would take its place
            WebDriverWait(self.driver, 60).until(
                lambda driver: driver.execute_script("return document.left === undefined"), f"{words!r} had no answer"
            )

    def until(self, words, seconds=15):
        """Wait until the page says *words*."""
        WebDriverWait(self.driver, seconds, ignored_exceptions=RELOADED).until(
            lambda driver: words in driver.find_element(By.TAG_NAME, "body").text, f"{words!r} never came"
        )

    def text(self):
        """Return what the page says."""
        return self.driver.find_element(By.TAG_NAME, "body").text

    def complaints(self):
        """Return what the console of the browser complains about: blocked scripts, missing files, errors."""
        return [line["message"] for line in self.driver.get_log("browser") if line["level"] == "SEVERE"]

    def fits(self):
        """Tell whether the page is no wider than the window."""
        return self.driver.execute_script(
            "return document.documentElement.scrollWidth <= document.documentElement.clientWidth"
        )

    def resize(self, width):
        """Emulate a window of this width."""
        self.driver.execute_cdp_cmd(
            "Emulation.setDeviceMetricsOverride",
            {"width": width, "height": 900, "deviceScaleFactor": 1, "mobile": width < 500},
        )

    def picture(self, name):
        """Leave pictures of the page: light and dark, narrow and wide."""
        for width in (320, 1280):
            self.resize(width)
            assert self.fits(), f"{name} is wider than {width} px"
            for scheme in ("light", "dark") if PICTURES else ():
                self.driver.execute_cdp_cmd(
                    "Emulation.setEmulatedMedia",
                    {
                        "features": [
                            {"name": "prefers-color-scheme", "value": scheme},
                            {"name": "prefers-reduced-motion", "value": "reduce"},
                        ]
                    },
                )
                height = self.driver.execute_script("return document.documentElement.scrollHeight")
                clip = {"x": 0, "y": 0, "width": width, "height": min(height, 2600), "scale": 1}
                shot = self.driver.execute_cdp_cmd(
                    "Page.captureScreenshot", {"captureBeyondViewport": True, "clip": clip}
                )
                Path(PICTURES).mkdir(parents=True, exist_ok=True)
                Path(PICTURES, f"{name}-{width}-{scheme}.png").write_bytes(base64.b64decode(shot["data"]))
