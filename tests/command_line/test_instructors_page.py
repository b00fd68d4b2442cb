"""Every command of the page for instructors can be typed as it stands there."""

import re
import shlex
from pathlib import Path

import pytest

from tests.calling import LOOPS, RIGHT, run, succeeded
from tests.command_line.courses import CANVAS, hand_in, zipped
from tests.paths import ROOT


def commands(page):
    """The commands of a page's blocks of bash, each in one line; comments and installing are left out."""
    for block in re.findall(r"^```bash\n(.*?)^```", page, re.MULTILINE | re.DOTALL):
        for line in block.replace("\\\n", " ").splitlines():
            call = shlex.split(line, comments=True)
            if call and call[:2] != ["pip", "install"] and call[:2] != ["sudo", "apt-get"]:
                assert call[0] == "backprop-lab", f"no command that an instructor can type here: {line}"
                yield call[1:]


def carried_out(call):
    """Run a command of the page in a folder where there is what it speaks of."""
    if "--cluster" in call:  # there is none here; the command and its options are
        told = succeeded(run(call[0], "--help")).output
        assert all(option in told for option in call if option.startswith("--"))
        return
    for given in call[1:]:
        if given.endswith(".csv") and not Path(given).exists():
            Path(given).write_text(CANVAS)
        if given.endswith(".zip") and call[0] in ("grade", "similar") and not Path(given).exists():
            zipped(given, {"lovelaceada_12345_1_e01.ipynb": RIGHT, "byronbob_12346_2_e04.ipynb": LOOPS})
    succeeded(run(*call))
    if call[:2] == ["course", "init"]:
        hand_in(Path(call[2]) / "submissions")


@pytest.mark.sandbox
def test_every_command_of_the_page_for_instructors_does_what_it_should(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "submissions").mkdir()
    hand_in(tmp_path / "submissions")
    called = list(commands((ROOT / "book" / "instructors.md").read_text("utf-8")))
    assert any(call[0] == "grade" for call in called)
    for call in called:
        carried_out(call)


def test_a_page_with_another_command_or_one_that_fails_is_noticed(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    with pytest.raises(AssertionError, match="rm -r"):
        list(commands("```bash\npip install x\nrm -r graded\n```\n"))
    (call,) = commands(
        '```bash\n# first\nsudo apt-get install x\nbackprop-lab grade nowhere \\\n  --out "a b"  # now\n```\n'
    )
    assert call == ["grade", "nowhere", "--out", "a b"]
    with pytest.raises(AssertionError):
        carried_out(call)
