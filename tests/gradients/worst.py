"""The worst error that each judge finds over all networks: `python -m tests.gradients.worst`.

Two rulers (see ``judges.terms``): the error as a part of the gradient's largest entry, and as a part of the largest
of the terms that were summed to it.
"""

from concurrent.futures import ProcessPoolExecutor

import mpmath

from tests.cases import DTYPES, FAMILIES, Family
from tests.gradients import exact
from tests.gradients.judges import JUDGES, Verdict, exact_net, verdict


def verdicts(job: tuple[str, Family]) -> list[Verdict]:
    judge, family = job
    return [verdict(judge, case) for case in family.cases()]


def disagreement(family: Family) -> float:
    with mpmath.workdps(exact.DIGITS):
        return max(exact.disagreement(exact_net(*c.draw())) for c in family.cases() if c.dtype == "float64")


def main() -> None:
    print(
        f"{'judge':<18} {'dtype':<8} {'networks':>8} {'of gradient':>12} {'median':>8} {'of terms':>9}  worst gradient"
    )
    with ProcessPoolExecutor() as pool:
        for judge in JUDGES:
            jobs = [(judge, family) for family in FAMILIES]
            found = [v for batch in pool.map(verdicts, jobs, chunksize=8) for v in batch]
            for dtype in DTYPES:
                ours = sorted(v for v in found if v.case.endswith(dtype))
                worst, middle = ours[-1], ours[len(ours) // 2]
                print(
                    f"{judge:<18} {dtype:<8} {len(ours):>8} {worst.of_gradient:>12.1e} {middle.of_gradient:>8.1e} "
                    f"{max(v.of_terms for v in ours):>9.1e}  {worst.quantity} of {worst.case}"
                )
        confirmed = max(pool.map(disagreement, FAMILIES, chunksize=8))
    print(f"mpmath's gradient against central differences of its forward pass alone: {confirmed:.1e}")


if __name__ == "__main__":
    main()
