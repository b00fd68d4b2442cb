"""The built book in a real browser: a loopback server, Debian's Chromium, and pages that write down what goes wrong.

    def test_something(open_page):
        visit = open_page("chapters/02_one_neuron.html", width=390, dark=True)
        visit.page.get_by_role("slider").first.press("ArrowRight")   # a Playwright page
        assert visit.complaints() == []

Mark such a test `browser`.
"""

import contextlib
import functools
import http.server
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, ConsoleMessage, Page, sync_playwright

ROOT = Path(__file__).resolve().parents[2]
SITE = ROOT / "_build" / "html"
HEIGHT = 900
CHROMIUM_FLAGS = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


@pytest.fixture(scope="session")
def site(cannot_run: Callable[[str], None]) -> Path:
    """The folder of the built book, if it is there and no source has changed since the build began."""
    built = SITE / ".started"
    if not (SITE / "index.html").exists() or not built.exists():
        cannot_run("the book is not built; run: make book")
    since = built.stat().st_mtime
    if changed := next((source for source in _sources() if source.stat().st_mtime > since), None):
        cannot_run(f"the book is older than {changed.relative_to(ROOT)}; run: make book")
    return SITE


def _sources() -> Iterator[Path]:
    yield ROOT / "_config.yml"
    for folder, pattern in (
        ("book", "**/*"),
        ("chapters", "*.ipynb"),
        ("exercises", "*.ipynb"),
        ("backprop_lab", "**/*.py"),
        ("backprop_lab", "**/*.js"),
    ):
        found = (ROOT / folder).glob(pattern)
        # What Python compiles while the book is built is none.
        yield from (path for path in found if path.is_file() and "__pycache__" not in path.parts)


class _Silent(http.server.SimpleHTTPRequestHandler):
    def log_message(self, *args: object) -> None:
        """The requests of a test are no news."""


@contextlib.contextmanager
def _served(folder: Path) -> Iterator[str]:
    """Serve a folder on a free loopback port; gives the address, ending in a slash."""
    handler = functools.partial(_Silent, directory=folder)
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_port}/"
        finally:
            server.shutdown()
            thread.join()


# Not for the session: a server's thread and Playwright's event loop must not outlive the file that needs them.
@pytest.fixture(scope="module")
def site_url(site: Path) -> Iterator[str]:
    """The address of the built book, ending in a slash."""
    with _served(site) as address:
        yield address


@pytest.fixture(scope="module")
def browser(chromium: str) -> Iterator[Browser]:
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=chromium, args=CHROMIUM_FLAGS)
        yield started
        started.close()


# Without the icon the browser asks for /favicon.ico, and its 404 is a console error.
PAGE = """<!doctype html><html lang="en"><head><meta charset="utf-8"><title>A page</title>
<link rel="icon" href="data:,"></head><body><main><h1>A page</h1>{}</main></body></html>"""


@dataclass
class Visit:
    """One page in one browser window, and what went wrong in it since it was opened."""

    page: Page
    address: str
    abroad: list[str] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)

    def open(self) -> None:
        here = urlsplit(self.address).netloc

        def stay_at_home(route) -> None:
            target = urlsplit(route.request.url)
            if target.scheme in ("http", "https", "ws", "wss") and target.netloc != here:
                self.abroad.append(route.request.url)
                route.abort()
            else:
                route.continue_()

        self.page.route("**/*", stay_at_home)
        self.page.on("console", self._hear)
        self.page.on("pageerror", lambda error: self.errors.append(f"script: {error}"))
        self.page.goto(self.address, wait_until="load")

    def _hear(self, said: ConsoleMessage) -> None:
        if said.type == "error" and said.location.get("url") not in self.abroad:  # which is a complaint already
            self.errors.append(f"console: {said.text} ({said.location.get('url')})")

    def complaints(self) -> list[str]:
        """What a page must not do: ask another host, raise an error, fail to set a formula. Empty when all is well."""
        formulas = self.page.locator("merror, .temml-error").evaluate_all("nodes => nodes.map(n => n.textContent)")
        return [
            *(f"asked another host: {url}" for url in self.abroad),
            *self.errors,
            *(f"formula: {said}" for said in formulas),
        ]

    def sideways(self) -> list[str]:
        """What sticks out to the right when the page can be scrolled sideways; empty when it cannot."""
        return self.page.evaluate(
            """() => {
              const wide = document.documentElement.clientWidth;
              if (document.documentElement.scrollWidth <= wide) return [];
              return [...document.querySelectorAll("main *")]
                .filter(node => node.getBoundingClientRect().right > wide + 1)
                .map(node => `${node.tagName.toLowerCase()}.${node.className}`).slice(0, 8)
                .concat(`page is ${document.documentElement.scrollWidth} px wide`);
            }"""
        )

    def crowded(self) -> list[str]:
        """What in the live figures sticks out of its frame, is smaller than 12 px, or is text on other text."""
        return self.page.evaluate(
            """() => [...document.querySelectorAll("main *")].filter(host => host.shadowRoot).flatMap(host => {
              const live = host.shadowRoot.querySelector(".live"), edge = live.getBoundingClientRect(), found = [];
              const shown = (list) => [...live.querySelectorAll(list)]
                .filter(node => node.getClientRects().length && !node.closest(".unseen"));
              for (const node of shown("text, input, select, output, button, td, th, p, li, summary, span")) {
                const r = node.getBoundingClientRect(), size = parseFloat(getComputedStyle(node).fontSize);
                const svg = node.ownerSVGElement, scale = svg?.viewBox.baseVal.width ? svg.getScreenCTM().a : 1;
                const name = node.outerHTML.slice(0, 120);
                if (r.right > edge.right || r.left < edge.left) found.push(`outside: ${name}`);
                if (size * scale < 11.9 && node.textContent.trim()) found.push(`${(size * scale).toFixed(1)} px: ${name}`);
              }
              for (const svg of shown("svg")) {
                const texts = [...svg.querySelectorAll("text")].map(node => [node.textContent, node.getBoundingClientRect()]);
                texts.forEach(([said, p], i) => texts.slice(i + 1).forEach(([other, q]) => {
                  const across = Math.min(p.right, q.right) - Math.max(p.left, q.left);
                  const down = Math.min(p.bottom, q.bottom) - Math.max(p.top, q.top);
                  if (across > 2 && down > 6) found.push(`overlap: ${said} | ${other}`);
                }));
              }
              return found;
            })"""
        )

    def accessibility(self) -> list[str]:
        """The rules of axe-core that the page breaks, with the first places of each."""
        # Preloading serves one experimental rule, and asks for imported style sheets at the wrong address.
        options = {"resultTypes": ["violations"], "preload": False}
        found = Axe().run(self.page, options=options).response["violations"]
        return [
            f"{rule['id']}: {rule['help']}: " + "; ".join(node["html"][:160] for node in nodes[:3])
            for rule in found
            if (nodes := [node for node in rule["nodes"] if not self._is_formula(rule["id"], node)])
        ]

    def _is_formula(self, rule: str, node: dict) -> bool:
        """A column whose head is a formula is not nameless: axe takes MathML for invisible."""
        return rule == "empty-table-header" and self.page.locator(f"{node['target'][0]} math").count() > 0


@pytest.fixture
def open_address(browser: Browser) -> Iterator[Callable[..., Visit]]:
    """`open_address(url, width=1280, dark=False)` opens a page in a window of its own."""
    with contextlib.ExitStack() as windows:

        def open_one(address: str, width: int = 1280, dark: bool = False) -> Visit:
            context = browser.new_context(
                viewport={"width": width, "height": HEIGHT},
                color_scheme="dark" if dark else "light",
                reduced_motion="reduce",  # a colour that is still fading has no contrast to measure
            )
            windows.callback(context.close)
            visit = Visit(context.new_page(), address)
            visit.open()
            return visit

        yield open_one


@pytest.fixture
def open_page(site_url: str, open_address: Callable[..., Visit]) -> Callable[..., Visit]:
    """`open_page(path, width=1280, dark=False)` opens a page of the book, its path as in `_build/html`."""

    def open_one(path: str, **how: object) -> Visit:
        return open_address(site_url + path, **how)

    return open_one


@pytest.fixture
def open_html(tmp_path: Path, open_address: Callable[..., Visit]) -> Iterator[Callable[..., Visit]]:
    """`open_html(body)` opens a small page made of this: for tests of the checks themselves."""
    with _served(tmp_path) as address:

        def open_one(body: str, **how: object) -> Visit:
            (tmp_path / "page.html").write_text(PAGE.format(body), "utf-8")
            return open_address(f"{address}page.html", **how)

        yield open_one
