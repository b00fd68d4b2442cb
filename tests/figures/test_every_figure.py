"""What the output of every live figure must be: one small bundle, the same on every run, that asks nobody."""

import base64
import gzip
import re
from html.parser import HTMLParser
from pathlib import Path

import pytest

from backprop_lab import figures
from backprop_lab.figures.live import SHARED, script

NAMES = [name for name in figures.__all__ if name != "LiveFigure"]
every = pytest.mark.parametrize("name", NAMES)
MATHEMATICS = ("core.js", "nets.js")
OWN = {
    "figures": "still, alternative and trace hold the right numbers, and a wrong setting is refused in words",
    "book": "in a browser its numbers are Python's over many settings, a planted fault is seen, and its controls work",
}


class Elements(HTMLParser):
    """Every start tag of an output, with its attributes."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.found: list[tuple[str, dict]] = []
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        self.found.append((tag, dict(attrs)))


def made(name: str) -> figures.LiveFigure:
    return getattr(figures, name)()


@every
def test_it_names_its_element(name):
    assert made(name).element == f"backprop-{name}"


@every
@pytest.mark.parametrize("room", OWN)
def test_it_has_tests_of_its_own(name, room):
    own = Path(__file__).parents[1] / room / f"test_{name}.py"
    assert own.is_file(), f"write tests/{room}/test_{name}.py, which shows: {OWN[room]}"


@every
def test_the_output_is_one_small_bundle_that_two_runs_give_alike(name):
    figure, bundle = made(name), made(name)._repr_mimebundle_()
    assert bundle == figure._repr_mimebundle_()
    assert set(bundle) == {"text/plain", "text/html"}
    assert bundle["text/plain"] == repr(figure)
    assert len(bundle["text/html"].encode()) < 120_000
    (image,) = (attrs for tag, attrs in Elements(figure.html).found if tag == "img")
    assert base64.b64decode(image["src"].removeprefix("data:image/svg+xml;base64,")).decode() == figure.svg


@every
def test_a_figure_asks_nobody_and_names_nothing_that_another_could_name_too(name):
    figure = made(name)
    for tag, attrs in Elements(figure.html).found:
        assert "id" not in attrs
        assert tag in (figure.element, "img", "details", "summary", "pre", "script")
        assert tag != "script" or not attrs  # inline and classic: a module does not load from a folder
    addresses = re.findall(r"\w+://[^\s\"'`<>)]+", figure.html + figure.svg)
    assert set(addresses) <= {"http://www.w3.org/2000/svg"}  # a name, which nothing fetches


@every
def test_no_number_is_a_negative_zero(name):
    figure = made(name)
    assert not re.search(r"(?<![\w.])[-−]0(\.0+)?(?![.\d])", figure.trace + figure.alt)


@every
def test_each_script_is_small(name):
    for file in (*SHARED, *made(name).scripts):
        assert len(script(file).encode()) < 15_000, file


@every
def test_what_a_figure_adds_to_a_page_is_small_on_its_way_there(name):
    """As a server sends it, compressed; what figures share is sent too, but once it is in the cache."""
    own = "".join(script(file) for file in made(name).scripts if file not in MATHEMATICS)
    assert len(gzip.compress(own.encode())) < 15_000


def test_the_mathematics_is_small():
    assert sum(len(script(file).encode()) for file in MATHEMATICS) < 15_000
