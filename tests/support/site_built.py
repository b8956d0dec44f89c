"""The site and the guide, built once for all workers of a test session; a browser that drives it."""

import contextlib
import fcntl
import functools
import http.server
import shutil
import threading
from pathlib import Path

import pytest
from playwright.sync_api import expect, sync_playwright

from course.plugins import read_plugin
from course.site.building import GUIDE, SITE, build_sites

TOP = Path(__file__).resolve().parents[2]
ARTIFACTS = TOP / "tests" / "artifacts"
# What this course adds to its site.
PARTS = read_plugin(TOP, "pages/parts.py", ["METHODS"])
AXE = Path(__file__).parent / "axe" / "axe.min.js"
# What axe looks for. In the dark only colours are others.
LOOKS = {"light": {}, "dark": {"runOnly": ["color-contrast"]}}
# The first needs root, the others keep the browser from looking for its maker's servers.
BROWSER_OPTIONS = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run"]
BROWSER_OPTIONS += ["--disable-background-networking", "--disable-component-update", "--disable-sync"]


@pytest.fixture(scope="session")
def built_sites(tmp_path_factory, worker_id):
    """The folder of the site and of the guide. Workers of one session share it."""
    base = tmp_path_factory.getbasetemp()
    folder = (base if worker_id == "master" else base.parent) / "sites"
    with (folder.parent / "sites.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not (folder / GUIDE).is_dir():
            build_sites(TOP, folder)
    return folder


@pytest.fixture(scope="session")
def site(built_sites):
    """The folder of the public site."""
    return built_sites / SITE


@pytest.fixture(scope="session")
def guide(built_sites):
    """The folder of the guide."""
    return built_sites / GUIDE


class Quiet(http.server.SimpleHTTPRequestHandler):
    """A plain server of files that says nothing."""

    def log_message(self, *_):
        pass


@pytest.fixture(scope="module")
def in_a_subfolder(site, tmp_path_factory):
    """The address of the site on a plain host, in a subfolder with a space and a letter that is not ASCII."""
    root = tmp_path_factory.mktemp("host")
    shutil.copytree(site, root / "과정 one" / "course")
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), functools.partial(Quiet, directory=str(root)))
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}/%EA%B3%BC%EC%A0%95%20one/course/"
    server.shutdown()
    thread.join()
    server.server_close()


class Visitor:
    """A browser's page that remembers what went wrong in it and what it asked of other machines."""

    def __init__(self, browser, address):
        self.browser, self.address = browser, address
        self.wrong, self.outside = [], []

    def open(self, name, width=1280, scheme="light"):
        """Open a page of the site in a window of its own; return the window."""
        context = self.browser.new_context(
            viewport={"width": width, "height": 900}, color_scheme=scheme, reduced_motion="reduce"
        )
        window = context.new_page()
        window.on("console", lambda message: self._note(window, message.type, message.text))
        window.on("pageerror", lambda error: self.wrong.append(f"{window.url}: {error}"))
        window.on("requestfailed", self._note_failed)
        window.route("**/*", self._let_through)
        window.goto(self.address + name)
        return window

    def through(self, names, **options):
        """Go through pages in one window; yield each name with the window that shows it."""
        window = self.open(names[0], **options)
        for name in names:
            window.goto(self.address + name)
            yield name, window
        window.context.close()

    def _note(self, window, kind, text):
        if kind in ("error", "warning"):
            self.wrong.append(f"{window.url}: {text}")

    def _note_failed(self, request):
        # A picture that was still on its way when the reader left is no fault.
        if request.failure != "net::ERR_ABORTED":
            self.wrong.append(f"{request.failure}: {request.url}")

    def _let_through(self, route):
        if route.request.url.startswith(("file://", "http://127.0.0.1:", "data:")):
            route.continue_()
        else:
            self.outside.append(route.request.url)
            route.abort()


@pytest.fixture(scope="module")
def browser(chromium):
    """The machine's Chromium, without a window."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=BROWSER_OPTIONS)
        yield browser
        browser.close()


@pytest.fixture
def window(as_files):
    """Open a page of the visitor `as_files`, which a module of tests has; close its window after the test."""
    opened = []

    def open_page(name, **options):
        opened.append(as_files.open(name, **options))
        return opened[-1]

    yield open_page
    for page in opened:
        page.context.close()


WIDE = """(width) => [...document.querySelectorAll("main *")]
  .filter((part) => part.getBoundingClientRect().right > width + 1 && !part.closest("pre, .table, .formula"))
  .map((part) => part.outerHTML.slice(0, 90))"""


def misfits(page, width, scheme):
    """What is wider than the window of a page, and whether it has the colours of another scheme."""
    found = []
    if page.evaluate("document.documentElement.scrollWidth") > width:
        found.append(f"wider than {width}: {page.evaluate(WIDE, width)[:3]}")
    light = page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(255, 255, 255)"
    if light != (scheme == "light"):
        found.append(f"not {scheme}")
    return found


def serious_faults(page, scheme):
    """What axe has against a page that is shown in a scheme."""
    page.add_script_tag(path=AXE)
    # Nothing is loaded again (`preload`): a page that is a file may not.
    result = page.evaluate(
        "(looks) => axe.run({...looks, preload: false, resultTypes: ['violations']})", LOOKS[scheme]
    )
    return [
        f"{fault['id']}: {node['html'][:120]}"
        for fault in result["violations"]
        if fault["impact"] in ("serious", "critical")
        for node in fault["nodes"][:2]
    ]


@contextlib.contextmanager
def visiting(browser, address):
    """Yield a visitor of the site at an address; afterwards nothing may have gone wrong."""
    visitor = Visitor(browser, address)
    yield visitor
    assert visitor.outside == [], visitor.outside
    assert visitor.wrong == [], visitor.wrong


@contextlib.contextmanager
def visiting_files(browser, folder):
    """Yield a visitor of the pages of a folder, opened as files; screenshots have a place to be left."""
    ARTIFACTS.mkdir(exist_ok=True)
    expect.set_options(timeout=60_000)
    with visiting(browser, folder.as_uri() + "/") as visitor:
        yield visitor
