"""Every page that is a notebook can be launched: Binder and Colab open that very notebook of this repository."""

import re
from urllib.parse import parse_qs, urlsplit

import pytest
import yaml
from bs4 import BeautifulSoup

from tests.paths import ROOT

PAGES = [path for folder in ("chapters", "exercises", "book") for path in sorted((ROOT / folder).glob("*.ipynb"))]
SETTINGS = yaml.safe_load((ROOT / "_config.yml").read_text("utf-8"))
REPOSITORY, BRANCH = urlsplit(SETTINGS["repository"]["url"]).path.strip("/"), SETTINGS["repository"]["branch"]


def launched(html):
    """The notebook that each button opens, by the service's host."""
    found = {}
    for link in BeautifulSoup(html, "html.parser").find_all("a", href=True):
        where = urlsplit(link["href"])
        if where.netloc == "mybinder.org":
            assert where.path == f"/v2/gh/{REPOSITORY}/{BRANCH}"
            found["binder"] = parse_qs(where.query)["urlpath"][0].removeprefix("lab/tree/")
        elif where.netloc == "colab.research.google.com":
            found["colab"] = where.path.removeprefix(f"/github/{REPOSITORY}/blob/{BRANCH}/")
    return found


@pytest.mark.browser
@pytest.mark.parametrize("path", PAGES, ids=lambda path: f"{path.parent.name}-{path.stem}")
def test_both_buttons_open_the_page_s_own_notebook(site, path):
    own = path.relative_to(ROOT)
    html = (site / own.with_suffix(".html")).read_text("utf-8")
    assert launched(html) == {"binder": own.as_posix(), "colab": own.as_posix()}


def test_a_button_that_is_missing_or_leads_elsewhere_is_found():
    colab = f"https://colab.research.google.com/github/{REPOSITORY}/blob/{BRANCH}/chapters/x.ipynb"
    assert launched(f'<a href="{colab}">Colab</a>') == {"colab": "chapters/x.ipynb"}
    with pytest.raises(AssertionError):
        launched('<a href="https://mybinder.org/v2/gh/somebody/else/main?urlpath=lab/tree/x.ipynb">Binder</a>')


# --- what Binder builds from, as far as it can be seen without building: `make binder` builds it ----------------------


def test_binder_takes_a_python_that_the_book_serves_and_the_light_set():
    version = re.fullmatch(r"python-(\d+)\.(\d+)\n", (ROOT / "binder" / "runtime.txt").read_text("utf-8"))
    assert (int(version[1]), int(version[2])) >= (3, 11)
    lines = (ROOT / "binder" / "requirements.txt").read_text("utf-8").splitlines()
    asked = [line for line in lines if line and not line.startswith("#")]
    # The last needs the whole repository there, and repo2docker sees by its dot that it does.
    assert asked == ["-c ../constraints.txt", "jupyterlab", ".[notebooks]"]
