"""A test that the machine cannot run is skipped with its reason, and fails where CI=true."""

import pytest


def test_what_cannot_run_is_skipped_on_a_desk(cannot_run, monkeypatch):
    monkeypatch.delenv("CI", raising=False)
    with pytest.raises(pytest.skip.Exception, match="no browser"):
        cannot_run("no browser")


def test_what_cannot_run_fails_in_continuous_integration(cannot_run, monkeypatch):
    monkeypatch.setenv("CI", "true")
    with pytest.raises(pytest.fail.Exception, match="cannot run here: no browser"):
        cannot_run("no browser")
