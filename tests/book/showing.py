"""What the tests of every live figure share: a page with one in it, its trace, and a page with its mathematics alone."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page

from backprop_lab.figures.live import script


def showing(figure: Callable) -> Callable:
    """The fixture `show`: `show({argument: value}, width=…, dark=…)` opens a page with this figure in it."""

    @pytest.fixture
    def show(open_html):
        def one(setting: dict | None = None, before: str = "", **how):
            return open_html(before + figure(**(setting or {})).html, **how)

        return one

    return show


def computing(*shared: str) -> Callable:
    """The fixture `core`: `core(text)` is a page with these shared scripts, and then with this text of one."""

    @pytest.fixture
    def core(open_html):
        def page_with(text: str) -> Page:
            page = open_html("").page
            for part in (*map(script, shared), text):
                page.add_script_tag(content=part)
            return page

        return page_with

    return core


def trace(page: Page) -> str:
    """The live trace; the one of the still is not shown while the figure lives."""
    return page.locator(".live pre").text_content()
