"""The attacks are no tests and hold no doctests: they are read by the suite."""

collect_ignore_glob = ["*/[0-9]*.py"]
