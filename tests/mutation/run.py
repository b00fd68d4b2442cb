"""Mutation run: `make mutation`, or `python -m tests.mutation.run [words of a mutant …]`.

Each mutant is a copy of the library with one change, put before the quick tests of that file. A test that fails kills
it. What survives is either computed the same (and listed so, with the reason) or a hole in the tests.
"""

import os
import shutil
import subprocess
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from tests.mutation.mutants import CHOSEN, MUTANTS, TESTS, Mutant

ROOT = Path(__file__).resolve().parents[2]
LONGEST = 600  # seconds; an endless loop is a kill as well
KILLED, SURVIVED, BROKEN = "killed", "survived", "broken"


def mutated(source: str, mutant: Mutant) -> str:
    """The source with the one change; an error if the place is not there, or is not one place."""
    found = source.count(mutant.old)
    if found != 1:
        raise ValueError(f"{mutant}: the text to replace stands {found} times in the file, expected once")
    return source.replace(mutant.old, mutant.new)


def copy_into(folder: Path, mutant: Mutant | None) -> None:
    """The library, the tests of the mathematics and the settings, with the change made."""
    ignore = shutil.ignore_patterns("__pycache__")
    shutil.copytree(ROOT / "backprop_lab", folder / "backprop_lab", ignore=ignore)
    for name in ("__init__.py", "cases.py", "test_activations.py", "test_losses.py", "test_neuron.py"):
        (folder / "tests").mkdir(exist_ok=True)
        shutil.copy(ROOT / "tests" / name, folder / "tests")
    shutil.copytree(ROOT / "tests" / "gradients", folder / "tests" / "gradients", ignore=ignore)
    shutil.copy(ROOT / "pyproject.toml", folder)
    if mutant is not None:
        target = folder / "backprop_lab" / mutant.file
        target.write_text(mutated(target.read_text(encoding="utf-8"), mutant), encoding="utf-8")


def outcome(mutant: Mutant | None, tests: list[str]) -> tuple[str, str]:
    """Killed (and by which test), survived, or broken: the tests could not even be collected."""
    with tempfile.TemporaryDirectory() as folder:
        copy_into(Path(folder), mutant)
        command = [sys.executable, "-B", "-m", "pytest", "-x", "-q", "-p", "no:cacheprovider", "-p", "no:xdist"]
        environment = {**os.environ, "OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1", "PYTHONPATH": folder}
        try:
            ran = subprocess.run(
                [*command, "--tb=no", "-k", CHOSEN, *tests],
                cwd=folder, env=environment, capture_output=True, text=True, timeout=LONGEST,
            )  # fmt: skip
        except subprocess.TimeoutExpired:
            return KILLED, "by running endlessly"
    if ran.returncode == 0:
        return SURVIVED, ""
    failed = [line.removeprefix("FAILED ") for line in ran.stdout.splitlines() if line.startswith("FAILED ")]
    return (KILLED, failed[0].split(" - ")[0]) if ran.returncode == 1 and failed else (BROKEN, ran.stdout[-1500:])


def main(words: list[str]) -> int:
    chosen = [m for m in MUTANTS if all(word in str(m) for word in words)]
    print(f"{len(chosen)} mutants; first the library as it is …", flush=True)
    start = time.perf_counter()
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        files = sorted({m.file for m in chosen})
        for file, (verdict, detail) in zip(files, pool.map(lambda f: outcome(None, TESTS[f]), files), strict=True):
            if verdict != SURVIVED:
                print(f"the tests of {file} do not pass without any mutant: {verdict} {detail}")
                return 2
        results = []
        for mutant, (verdict, detail) in zip(
            chosen, pool.map(lambda m: outcome(m, TESTS[m.file]), chosen), strict=True
        ):
            results.append((mutant, verdict))
            wrong = verdict != (SURVIVED if mutant.equivalent else KILLED)
            print(f"{'✗' if wrong else '✓'} {verdict:<8} {mutant}" + (f"  [{detail}]" if detail else ""), flush=True)
    equivalent = [m for m, _ in results if m.equivalent]
    killed = sum(verdict == KILLED for m, verdict in results if not m.equivalent)
    holes = [m for m, verdict in results if verdict != (SURVIVED if m.equivalent else KILLED)]
    for mutant in equivalent:
        print(f"equivalent: {mutant}: {mutant.equivalent}")
    others = len(results) - len(equivalent)
    seconds = time.perf_counter() - start
    print(f"mutation score: {killed} of {others} killed, {len(equivalent)} equivalent, in {seconds:.0f} s")
    return 1 if holes else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
