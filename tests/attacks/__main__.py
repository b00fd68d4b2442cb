"""``python -m tests.attacks [part of a name]``: grade the attacks in both tiers and print what came of each."""

import sys
import tempfile
from pathlib import Path

from tests.attacks.attack import classes
from tests.attacks.running import run, tiers


def main(wanted: str = "") -> int:
    """The matrix, and 1 if something did not hold."""
    bad = 0
    print(f"{'attack':<52} {'tier':<11} {'points':>6}  {'verdict':<8} status")
    for name, members in classes().items():
        chosen = [attack for attack in members if wanted in attack.name]
        for tier in tiers() if chosen else ():
            with tempfile.TemporaryDirectory() as folder:
                outcome = run(chosen, tier, Path(folder))
            for attack in chosen:
                own, said = outcome.of(attack), outcome.against(attack)
                points = max((record["points"] for record in own), default=0)
                states = ", ".join(sorted({record["status"] for record in own}))
                bad += bool(said)
                print(f"{attack.name:<52} {tier:<11} {points:>6}  {'SUCCEEDS' if said else 'held':<8} {states}")
                for sentence in said:
                    print(f"    {sentence}")
            for problem in outcome.problems:
                bad += 1
                print(f"  {name} in {tier}: {problem}")
            print(f"  {name} in {tier}: {outcome.seconds:.1f} s", flush=True)
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
