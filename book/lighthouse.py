"""``make lighthouse``: what Lighthouse says of pages of the built site, on a phone and on a desktop, and what weighs what.

The site is served as a web host serves it, compressed. Lighthouse comes from npm, in the version that stands here; npm
keeps it in its own cache. The scores vary by a few hundredths from run to run, so the median of three runs counts.

    python book/lighthouse.py [PAGE …]
"""

import functools
import gzip
import http.server
import json
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import threading
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit

from backprop_lab.benchmark.figures import FLAGS, NoBrowser, browser_program

SITE = Path(__file__).resolve().parents[1] / "_build" / "html"
LIGHTHOUSE = "lighthouse@12.8.2"
# A chapter with formulas and a live figure, the longest page, and the first one.
PAGES = ("chapters/02_one_neuron.html", "chapters/11_learning.html", "book/intro.html")
RUNS = 3
CATEGORIES = ("performance", "accessibility", "best-practices", "seo")
TEXT = {".html", ".css", ".js", ".svg", ".txt", ".xml", ".json", ".ttf"}


class Compressed(http.server.SimpleHTTPRequestHandler):
    """Serves a folder with gzip, as web hosts do; any page that is not there is 404.html."""

    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        file = Path(self.translate_path(self.path))
        file = file / "index.html" if file.is_dir() else file
        status = 200 if file.is_file() else 404
        content = file.read_bytes() if status == 200 else (SITE / "404.html").read_bytes()
        self.send_response(status)
        self.send_header("Content-Type", self.guess_type(str(file)) if status == 200 else "text/html")
        if file.suffix in TEXT and "gzip" in self.headers.get("Accept-Encoding", ""):
            content = gzip.compress(content, 6)
            self.send_header("Content-Encoding", "gzip")
        self.send_header("Content-Length", str(len(content)))
        self.send_header("Cache-Control", "max-age=600")
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, *args: object) -> None:
        """Its requests are no news."""


class _Server(http.server.ThreadingHTTPServer):
    def handle_error(self, request: object, client_address: object) -> None:
        """A browser that has seen enough hangs up: that is no news either."""
        if not isinstance(sys.exception(), ConnectionError):
            super().handle_error(request, client_address)


@contextmanager
def served(folder: Path) -> Iterator[str]:
    """Serve a folder on a free loopback port; gives the address, ending in a slash."""
    handler = functools.partial(Compressed, directory=folder)
    with _Server(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}/"
        server.shutdown()


def asked(address: str, preset: str, program: str) -> dict:
    """What Lighthouse reports of one page, once.

    Raises
    ------
    SystemExit
        If Lighthouse cannot be fetched or fails; the message is its own.
    """
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "report.json"
        command = [
            "npx", "--yes", LIGHTHOUSE, address, "--quiet", "--output=json", f"--output-path={file}",
            f"--only-categories={','.join(CATEGORIES)}", f"--chrome-flags={' '.join(FLAGS)}",
        ]  # fmt: skip
        if preset == "desktop":
            command.append("--preset=desktop")
        done = subprocess.run(
            command, env=os.environ | {"CHROME_PATH": program}, capture_output=True, text=True, check=False
        )
        if not file.exists():
            raise SystemExit(f"lighthouse: {done.stderr.strip() or done.returncode}")
        return json.loads(file.read_text("utf-8"))


def row(page: str, preset: str, reports: list[dict]) -> str:
    """One line of the table: medians of the runs."""

    def median(value) -> float:
        return statistics.median(value(report) for report in reports)

    scores = [median(lambda report, key=key: report["categories"][key]["score"]) for key in CATEGORIES]
    shift = median(lambda report: report["audits"]["cumulative-layout-shift"]["numericValue"])
    paint = median(lambda report: report["audits"]["largest-contentful-paint"]["numericValue"]) / 1e3
    busy = median(lambda report: report["audits"]["total-blocking-time"]["numericValue"])
    size = median(lambda report: report["audits"]["total-byte-weight"]["numericValue"]) / 1e3
    numbers = " | ".join(f"{score:.2f}" for score in scores)
    return f"| {page} | {preset} | {numbers} | {shift:.3f} | {paint:.1f} s | {busy:.0f} ms | {size:.0f} kB |"


def weights(report: dict) -> list[str]:
    """What a page loads, largest first: bytes as they cross the network, compressed."""
    sizes: dict[str, int] = defaultdict(int)
    for item in report["audits"]["network-requests"]["details"]["items"]:
        sizes[urlsplit(item["url"]).path.lstrip("/")] += item["transferSize"]
    return [f"  {size / 1e3:8.1f} kB  {path}" for path, size in sorted(sizes.items(), key=lambda pair: -pair[1])]


def failed(report: dict) -> list[str]:
    """The rules of accessibility, best practices and search that a page breaks."""
    wanted = {ref["id"] for key in CATEGORIES[1:] for ref in report["categories"][key]["auditRefs"] if ref["weight"]}
    return sorted(key for key in wanted if (report["audits"][key]["score"] or 0) < 1
                  and report["audits"][key]["scoreDisplayMode"] not in ("notApplicable", "manual", "informative"))  # fmt: skip


def main(pages: list[str]) -> None:
    """Print the table.

    Raises
    ------
    SystemExit
        If something that it needs is missing; the message says what.
    """
    if not (SITE / "index.html").exists():
        raise SystemExit("lighthouse: there is no book yet; run: make book")
    if shutil.which("npx") is None:
        raise SystemExit("lighthouse: npx is missing; on Debian and Ubuntu: sudo apt-get install npm")
    try:
        program = browser_program()
    except NoBrowser as error:
        raise SystemExit(f"lighthouse: {error}") from None
    print(f"{LIGHTHOUSE}, medians of {RUNS} runs")
    print(
        "| page | as | performance | accessibility | best practices | SEO | layout shift | largest paint | blocked | loads |"
    )
    print("|---|---|---|---|---|---|---|---|---|---|")
    with served(SITE) as home:
        last = {}
        for page in pages or PAGES:
            for preset in ("phone", "desktop"):
                reports = [asked(home + page, preset, program) for _ in range(RUNS)]
                last[page] = reports[-1]
                print(row(page, preset, reports), *(f"breaks: {rule}" for rule in failed(reports[-1])), flush=True)
    for page, report in last.items():
        print(f"\n{page} loads", *weights(report), sep="\n")


if __name__ == "__main__":
    main(sys.argv[1:])
