"""What surrounds a measurement: the clock, the environment, the rows of the scaling table, the front door."""

import json
import subprocess
import sys

import numpy as np
import pytest
from typer.testing import CliRunner

from backprop_lab import cost
from backprop_lab.benchmark import imports, machine, scaling
from backprop_lab.benchmark.timing import Timing, interleaved, readable
from backprop_lab.command_line.main import app
from backprop_lab.layers import count


def test_turns_in_which_the_core_was_taken_away_are_left_out():
    wall = np.array([1.0, 9.0, 1.1, 9.0, 1.2, 9.0])
    own = np.array([1.0, 1.0, 1.1, 1.1, 1.2, 1.2])
    timing = Timing.of(wall, own)
    assert (timing.median, timing.least, timing.kept) == (1.1, 1.0, 3)


def test_everyone_gets_as_many_turns():
    made = dict.fromkeys("ab", 0)

    def call(name):
        made[name] += 1
        sum(range(100_000))  # longer than a turn, so that a turn is one call

    timings = interleaved({name: lambda name=name: call(name) for name in made}, rounds=6)
    assert made["a"] == made["b"]
    assert timings["a"].kept == timings["b"].kept == 3


@pytest.mark.parametrize(
    ("seconds", "text"), [(2.5e-7, "0.25 µs"), (9.87e-6, "9.87 µs"), (1.2e-2, "12.0 ms"), (345.0, "345 s")]
)
def test_times_are_printed_with_three_digits(seconds, text):
    assert readable(seconds) == text


def test_the_environment_forgets_what_others_tuned(monkeypatch):
    for name in machine.NOT_WANTED:
        monkeypatch.setenv(name, "somebody's")
    clean = machine.environment(2)
    assert not set(machine.NOT_WANTED) & set(clean)
    assert {clean[name] for name in machine.THREADS} == {"2"}


def test_the_machine_is_described_with_kernel_threads_and_date():
    text = machine.description()
    assert "BLAS" in text
    assert len(text.splitlines()) == 3


def test_a_scaling_row_is_whole_and_its_ratios_are_its_own():
    row = json.loads(json.dumps(scaling.measure("parameters", (3, 4, 2), 5, rounds=4)))
    seconds = row["seconds"]
    assert (row["sizes"], row["batch"], row["depth"], row["parameters"]) == ("3-4-2", 5, 2, 26)
    assert row["extrapolated"] is False
    assert row["ratios"]["backward / forward"] == pytest.approx(seconds["backward"] / seconds["forward"])
    both = seconds["forward"] + seconds["backward"]
    assert row["ratios"]["finite differences / backprop"] == pytest.approx(seconds["finite differences"] / both)


def test_what_would_take_too_long_is_worked_out_and_says_so():
    row = scaling.measure("parameters", (3, 4, 2), 5, rounds=4, patience=0.0)
    assert row["extrapolated"] is True
    assert row["seconds"]["finite differences"] > 0


def test_memory_is_at_least_what_must_be_kept():
    sizes, m = (40, 50, 30), 64
    row = scaling.measure("batch", sizes, m, rounds=4)
    assert row["bytes"]["forward"] >= cost.forward(sizes, m).bytes_kept()
    assert row["bytes"]["backward"] >= cost.backward(sizes, m, inputs=True).bytes_kept()


def test_from_ten_to_a_million_parameters():
    counts = [count(sizes) for sizes, _ in scaling.SERIES["parameters"]]
    assert counts[0] < 15
    assert counts[-1] > 9e5


def test_the_scaling_figure_and_tables_are_made(tmp_path):
    from backprop_lab.benchmark.drawing import draw_scaling

    rows = [scaling.measure("parameters", (2, n, 1), 3, rounds=4, patience=p) for n, p in ((2, 1.0), (5, 0.0))]
    assert scaling.table("parameters", rows).row_count == 2
    draw_scaling(rows, str(tmp_path / "scaling.svg"))
    assert (tmp_path / "scaling.svg").stat().st_size > 1000


def test_import_times_come_from_fresh_processes():
    text, _ = imports.report(processes=1)
    assert text.count("over NumPy") == 3
    assert imports.over_numpy("import sys; assert 'backprop_lab' not in sys.modules", processes=2).shape == (2,)


def test_the_front_door_hands_options_to_a_process_of_its_own(monkeypatch):
    asked = []
    monkeypatch.setattr(machine, "in_a_process_of_its_own", lambda *question: asked.append(question) or 0)
    done = CliRunner().invoke(
        app, ["benchmark", "gradients", "--rounds", "5", "--json-file", "a.json", "--threads", "2"]
    )
    assert done.exit_code == 0, done.output
    assert asked == [("gradients", {"json_file": "a.json", "plot": None, "rounds": 5, "seconds": 12.0}, 2)]


def test_the_front_door_loads_no_peer_and_no_figure():
    program = (
        "import sys; from backprop_lab.command_line import measure; "
        "print({'torch', 'jax', 'sklearn', 'autograd', 'matplotlib'} & set(sys.modules) or 'none')"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "none"
