"""What every panel must be: a still that needs nothing, controls where a kernel is, and the same on every run."""

import base64
import re
import subprocess
import sys
from html.parser import HTMLParser

import nbclient
import nbformat
import pytest
from ipywidgets import IntSlider

from backprop_lab import widgets
from backprop_lab.widgets import panel as room
from backprop_lab.widgets.panel import NEEDS_KERNEL, WIDGET_VIEW, Frame, Panel

NAMES = [name for name in widgets.__all__ if name != "Panel"]
every = pytest.mark.parametrize("name", NAMES)


class Elements(HTMLParser):
    """Every start tag of an output, with its attributes."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.found: list[tuple[str, dict]] = []
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        self.found.append((tag, dict(attrs)))


def made(name: str) -> Panel:
    return getattr(widgets, name)()


def run_in_a_process_of_its_own(code: str) -> str:
    return subprocess.run(
        [sys.executable, "-W", "error", "-c", code], capture_output=True, text=True, check=True
    ).stdout


@every
def test_without_a_kernel_it_is_a_still_that_two_runs_give_alike(name):
    panel = made(name)
    bundle = panel._repr_mimebundle_()
    assert set(bundle) == {"text/plain", "text/html"}
    assert bundle == made(name)._repr_mimebundle_()
    assert bundle["text/plain"] == repr(panel)
    assert bundle["text/plain"].splitlines()[0] == NEEDS_KERNEL
    assert NEEDS_KERNEL in bundle["text/html"]
    assert len(bundle["text/html"].encode()) < 60_000


@every
def test_the_still_is_an_image_with_an_alternative_and_asks_nobody(name):
    panel = made(name)
    assert {tag for tag, _ in Elements(panel.html).found} == {"div", "img", "p", "details", "summary", "pre"}
    (image,) = (attrs for tag, attrs in Elements(panel.html).found if tag == "img")
    assert base64.b64decode(image["src"].removeprefix("data:image/svg+xml;base64,")).decode() == panel.frame.svg
    assert len(image["alt"]) > 100
    assert not any("id" in attrs for _, attrs in Elements(panel.html).found)
    addresses = re.findall(r"\w+://[^\s\"'`<>)]+", panel.html + panel.frame.svg)
    assert set(addresses) <= {"http://www.w3.org/2000/svg"}


@every
def test_no_number_is_a_negative_zero_or_undefined(name):
    panel = made(name)
    words = panel.trace + panel.frame.alt
    assert not re.search(r"(?<![\w.])[-−]0(\.0+)?(?![.\d])", words)
    assert not re.search(r"\bnan\b|\binf\b|undefined", words + panel.frame.svg)


@every
def test_in_a_kernel_it_brings_its_controls_too(name, monkeypatch):
    monkeypatch.setattr(room, "kernel_is_running", lambda: True)
    panel = made(name)
    bundle = panel._repr_mimebundle_()
    assert set(bundle) == {"text/plain", "text/html", WIDGET_VIEW}
    assert bundle[WIDGET_VIEW]["model_id"] == panel.live.box.model_id
    assert panel._repr_mimebundle_()[WIDGET_VIEW] == bundle[WIDGET_VIEW]  # shown twice, it is one panel


@every
def test_in_a_kernel_without_ipywidgets_it_is_the_still(name, monkeypatch):
    monkeypatch.setattr(room, "kernel_is_running", lambda: True)
    monkeypatch.setitem(sys.modules, "ipywidgets", None)
    panel = made(name)
    assert set(panel._repr_mimebundle_()) == {"text/plain", "text/html"}
    with pytest.raises(ImportError) as caught:
        _ = panel.live
    assert str(caught.value) == 'the controls need ipywidgets: pip install "backprop-lab[notebooks]"'


@every
def test_importing_and_drawing_imports_no_ipywidgets(name):
    code = f"import sys; sys.modules['ipywidgets'] = None; from backprop_lab import widgets; print(widgets.{name}())"
    assert run_in_a_process_of_its_own(code) == f"{made(name)}\n"


def test_the_library_does_not_import_its_panels():
    code = "import sys, backprop_lab; print([m for m in sys.modules if 'widgets' in m])"
    assert run_in_a_process_of_its_own(code) == "[]\n"


def test_a_real_kernel_is_recognised_and_a_terminal_is_not():
    say = "from backprop_lab.widgets.panel import kernel_is_running; print(kernel_is_running())"
    terminal = f"from IPython.testing.globalipapp import start_ipython; start_ipython(); {say}"
    assert run_in_a_process_of_its_own(say) == "False\n"
    assert run_in_a_process_of_its_own(terminal).splitlines()[-1] == "False"


@every
def test_a_kernel_shows_the_controls(name):
    cell = nbformat.v4.new_code_cell(f"from backprop_lab import widgets\nwidgets.{name}()")
    notebook = nbformat.v4.new_notebook(cells=[cell])
    nbclient.NotebookClient(notebook, kernel_name="python3", timeout=120, store_widget_state=False).execute()
    (data,) = (output["data"] for output in cell.outputs if "data" in output)
    assert set(data) == {"text/plain", "text/html", WIDGET_VIEW}
    assert data["text/plain"] == made(name).trace


@every
def test_every_control_has_a_description_and_no_two_share_one(name):
    said = [control.description for control in made(name).live.controls.values()]
    assert all(said)
    assert len(set(said)) == len(said)


@every
def test_the_live_panel_begins_with_the_still(name):
    panel = made(name)
    assert panel.frame.image in panel.live.display.picture.value
    assert panel.frame.details == panel.live.display.text.value
    assert 'aria-live="polite"' in panel.live.display.said.value


@every
def test_an_error_in_a_callback_is_shown_and_not_raised(name, monkeypatch):
    panel = made(name)

    def broken(**settings):
        raise ZeroDivisionError("no <such> number")

    monkeypatch.setattr(panel.model, "change", broken)
    slider = next(control for control in panel.live.controls.values() if isinstance(control, IntSlider))
    slider.value += 1
    assert "ZeroDivisionError: no &lt;such&gt; number" in panel.live.display.said.value
    assert 'role="alert"' in panel.live.display.said.value


def test_what_a_frame_says_is_escaped():
    frame = Frame("<svg/>", 'a "quoted" <b>', "1 < 2")
    assert 'alt="a &quot;quoted&quot; &lt;b&gt;"' in frame.image
    assert "1 &lt; 2" in frame.details
