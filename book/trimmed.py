"""Sphinx extension: what no reader needs is cut from the finished site, so that a page is there at once.

When all pages are written, one pass over them drops scripts and styles that a page does not use, makes fonts of the
icons and letters that pages show, and gives pictures their size and fewer colours. What it saves, and why it is a pass
over text: docs/decisions/0034-the-site-is-cut-after-it-is-built.md.
"""

import base64
import html
import io
import re
import unicodedata
from hashlib import md5
from importlib.resources import files
from pathlib import Path
from typing import Any

from fontTools import subset
from fontTools.ttLib import TTFont
from PIL import Image
from sphinx.application import Sphinx

MATHS_FONT = "ziamath/fonts/STIXTwoMath-Regular.ttf"
# How far an index may stand from the upper and lower edge of what it belongs to, in thousandths of an em. A browser asks
# this of single letters too, where TeX does not: with the font's own values the indices of W and δ, and of a and y, stand
# at different heights, and push lines apart.
SCRIPTS = {"SuperscriptBaselineDropMax": 386, "SubscriptBaselineDropMin": 0}
FACE = """@font-face {{ font-family: "Book Maths"; src: url(data:font/woff2;base64,{data}) format("woff2"); }}
/* STIX Two Math (stipub/stixfonts), reduced to the letters of this book; SIL Open Font License 1.1. */
"""


def cut(app: Sphinx, error: Exception | None) -> None:
    """One pass over the built site."""
    if error is not None or app.builder.name != "html":
        return
    site = Path(app.outdir)
    pages = {page: page.read_text("utf-8") for page in sorted(site.rglob("*.html")) if "_static" not in page.parts}
    styled = _with_maths_font(site / "_static" / "formulas.css", "".join(pages.values()))
    icons(site / "_static", "".join(pages.values()))
    for picture in site.glob("_images/*.png"):
        fewer_colours(picture)
    searching = site / "_static" / "searchtools.js"
    searching.write_text(formulas_said_once(searching.read_text("utf-8")), "utf-8")
    for page, text in pages.items():
        text = without_needless(text, searches=page.name == "search.html")
        text = pictures(text, page)
        page.write_text(text.replace('_static/formulas.css"', f'_static/formulas.css?v={styled}"'), "utf-8")
    for needless in {*site.glob("_static/**/*.map"), *site.glob("_static/scripts/fontawesome.js*")}:
        needless.unlink()


def without_needless(page: str, searches: bool) -> str:
    """A page without what it does not use; its scripts wait until it can be read.

    Icons are letters of a font (``icons``), so the script that draws them is not needed; the index of words is for the
    page that searches.
    """
    page = page.replace(LATE_THEME, EARLY_THEME).replace("<html ", WITHOUT_SCRIPTS, 1)
    page = re.sub(r"\s*(<!-- So that users can add custom icons -->)?\s*<script defer src=\"[^\"]*fontawesome\.js[^>]*></script>", "", page)  # fmt: skip
    if not searches:
        page = re.sub(r"\s*<script src=\"[^\"]*(searchtools|language_data|searchindex)\.js[^>]*></script>", "", page)
    unused = [name for name, mark in USES.items() if not re.search(mark, page)]
    for name in unused:
        page = re.sub(rf"\s*<(script|link)\b[^>]*/{re.escape(name)}[?\"][^>]*>(</script>)?", "", page)
    # Sphinx's options are asked for by the scripts that stand in the page itself.
    return re.sub(r"<script (?=(?:[\w-]+=\"[^\"]*\" )*src=\"(?![^\"]*documentation_options))", "<script defer ", page.replace("<script defer src", "<script src"))  # fmt: skip


def formulas_said_once(script: str) -> str:
    """What a search shows of a page is without the TeX that stands beside each formula.

    Raises
    ------
    ValueError
        If Sphinx's script has no longer the list of what it leaves out.
    """
    if '"style"]' not in script:
        raise ValueError("searchtools.js no longer lists what a summary leaves out: look at formulas_said_once")
    return script.replace('"style"]', '"style", "annotation"]')


# Else a page is light until its scripts run, and then turns dark.
LATE_THEME = 'localStorage.getItem("theme") || "auto"'
EARLY_THEME = 'localStorage.getItem("theme") || (matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light")'
# The theme's colours hang on a theme, which its script chooses; who has no scripts gets the light one.
WITHOUT_SCRIPTS = '<html data-theme="light" '
# A file that most pages load, and what a page that needs it contains.
USES = {
    "design-tabs.js": r"sd-tab-",
    "sphinx-design.min.css": r"class=\"[^\"]*\bsd-",
    "exercise.css": r"class=\"exercise",
    "proof.css": r"class=\"proof",
}


def pictures(text: str, page: Path) -> str:
    """Pictures of cells with their size, so that nothing moves when they come, and not before they are near."""

    def sized(found: re.Match) -> str:
        tag, file = found[0], (page.parent / found[1]).resolve()
        if "loading=" in tag or not file.is_file():
            return tag
        with Image.open(file) as picture:
            wide, high = picture.size
        shown = re.search(r"width: (\d+)px", tag)
        width = int(shown[1]) if shown else wide
        return tag.replace("<img ", f'<img loading="lazy" width="{width}" height="{round(width * high / wide)}" ', 1)

    return re.sub(r"<img [^>]*src=\"([^\"]*_images/[^\"]+\.png)\"[^>]*>", sized, text)


def fewer_colours(file: Path) -> None:
    """A plot in 256 colours of its own: a third of the bytes, and no difference that an eye sees."""
    with Image.open(file) as picture:
        reduced = picture.convert("RGB").quantize(256, method=Image.Quantize.MAXCOVERAGE, dither=Image.Dither.NONE)
    reduced.save(file, optimize=True)


def _woff2(font: TTFont, letters: set[int], features: list[str]) -> bytes:
    options = subset.Options(hinting=False, layout_features=features, notdef_outline=True, name_IDs=[0, 13, 14])
    chooser = subset.Subsetter(options)
    chooser.populate(unicodes=letters)
    chooser.subset(font)
    font.flavor = "woff2"
    data = io.BytesIO()
    font.save(data)
    return data.getvalue()


def letters_of_formulas(pages: str) -> set[int]:
    """Code points that formulas show. One letter in an ``<mi>`` is slanted: the browser takes it from another place."""
    shown = {ord(letter) for letter in html.unescape(re.sub(r"<annotation.*?</annotation>|<[^>]+>", "", "".join(
        re.findall(r"<math.*?</math>", pages, re.DOTALL)), flags=re.DOTALL))}  # fmt: skip
    slanted = {
        code for code in range(0x1D434, 0x1D7CC) if unicodedata.name(chr(code), "").startswith("MATHEMATICAL ITALIC")
    }
    plain = {code for code in slanted if ord(unicodedata.normalize("NFKC", chr(code))) in shown}
    return (
        {code for code in shown if code > 31} | plain | {0x210E, 0x221A}
    )  # an h is where Planck put it; no letter stands for a root


def _with_maths_font(style: Path, pages: str) -> str:
    """Put the font of formulas into their style, and give its digest.

    It stands in the style itself, so that formulas never change their size when a font arrives late, and that Firefox
    shows it when the book is opened from a folder.
    """
    with files("ziamath").joinpath(MATHS_FONT.partition("/")[2]).open("rb") as file:
        font = TTFont(file)
    constants = font["MATH"].table.MathConstants
    for name, value in SCRIPTS.items():
        getattr(constants, name).Value = value
    data = _woff2(font, letters_of_formulas(pages), ["ssty", "ss04", "dtls", "mark"])
    text = style.read_text("utf-8") + FACE.format(data=base64.b64encode(data).decode())
    style.write_text(text, "utf-8")
    return md5(text.encode(), usedforsecurity=False).hexdigest()[:8]


def icons(static: Path, pages: str) -> None:
    """Keep of the theme's icons those that pages or the theme's own styles and scripts show: some of two thousand."""
    style = static / "styles" / "pydata-sphinx-theme.css"
    text = style.read_text("utf-8")
    scripts = "".join(path.read_text("utf-8") for path in static.glob("scripts/*theme.js"))
    used = set(re.findall(r"\bfa-[a-z0-9-]+", pages + scripts))
    rule = re.compile(r"(?:\.fa-[a-z0-9-]+:before,?)+\{content:\"(\\?[^\"]+)\"\}")

    def kept(found: re.Match) -> str:
        return found[0] if used & set(re.findall(r"fa-[a-z0-9-]+", found[0])) else ""

    text = rule.sub(kept, text)
    style.write_text(text, "utf-8")
    told = text + "".join(path.read_text("utf-8") for path in static.glob("styles/*book-theme.css"))
    letters = {int(code, 16) for code in re.findall(r"\\([ef][0-9a-f]{3})", told)}
    letters |= {ord(letter) for letter in told if 0xE000 <= ord(letter) <= 0xF8FF}
    for font in sorted((static / "vendor" / "fontawesome" / "webfonts").glob("*.ttf")):
        font.with_suffix(".woff2").write_bytes(_woff2(TTFont(font), letters, []))
        font.unlink()
    style.write_text(re.sub(r",url\([^)]*\.ttf\) format\(\"truetype\"\)", "", text), "utf-8")


def setup(app: Sphinx) -> dict[str, Any]:
    """Listen to Sphinx's end."""
    app.connect("build-finished", cut)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
