"""What the cost figure says in words: the sentences that read it, the alt text and the trace.

``js/cost_numbers.js`` says the same sentences; a browser test compares the traces character by character.
"""

from .cost_reading import LARGEST, WAYS, Reading, times, told


def names(r: Reading) -> dict[str, str]:
    return {
        "forward": "forward pass",
        "backward": "backward pass",
        "path": "path sum",
        "differences": f"{r.scheme} differences",
    }


def compared(r: Reading, way: str) -> str:
    """A way beside what it is to be measured by; nothing for the forward pass."""
    if way == "forward":
        return ""
    other = "forward" if way == "backward" else "backward"
    return f"{times(r.multiplications(way), r.multiplications(other))} × {other}"


def _many(n: int, word: str, write=told) -> str:
    return f"{write(n)} {word}{'' if n == 1 else 's'}"


def sentences(r: Reading) -> list[str]:
    """What there is to read off it."""
    costs = r.costs
    back = costs["backward"].multiplications
    path, deeper = costs["path"], r.deeper
    growth = {way: times(deeper.multiplications(way), r.multiplications(way)) for way in ("path", "backward")}
    said = [
        f"The backward pass needs {times(back, costs['forward'].multiplications)} times what the forward pass needs.",
        f"The path sum needs {times(path.multiplications, back)} times what the backward pass needs: it multiplies out "
        f"{_many(path.paths, 'path')}{' for each example' if r.batch > 1 else ''}.",
        f"{r.scheme.capitalize()} differences need {times(costs['differences'].multiplications, back)} times what the backward pass needs: "
        f"{told(costs['differences'].passes)} forward passes for {_many(r.parameters, 'parameter')}.",
        f"One more layer of {r.width} makes the path sum {growth['path']} times as long, and the backward pass "
        f"{growth['backward']} times.",
    ]
    if r.overtaken is None:
        said.append(f"Up to depth {LARGEST['depth']} the path sum does not cost more than the differences.")
    elif r.overtaken == 1:
        said.append("At every depth the path sum costs more than the differences.")
    else:
        said.append(f"From depth {r.overtaken} on, the path sum costs more than the differences.")
    return said


def network(r: Reading) -> str:
    sizes = "-".join(map(str, r.sizes))
    if r.depth > 6:
        sizes = f"{r.inputs}-{r.width}-…-{r.width}-{r.outputs} with {r.depth} layers"
    return f"{sizes}, {_many(r.batch, 'example')}, {_many(r.parameters, 'parameter')}"


def alt(r: Reading) -> str:
    """What the still shows, for who does not see it."""
    counts = "; ".join(f"{name} {told(r.multiplications(way))}" for way, name in names(r).items())
    return (
        f"Multiplications for one gradient of a network with sizes {network(r)}, as bars on a logarithmic scale: {counts}. "
        f"Below them the same four as curves, the present network marked. {' '.join(sentences(r))}"
    )


def trace(r: Reading) -> str:
    """The whole figure as text, every count exact."""
    costs, called = r.costs, names(r)
    lines = [f"Network {network(r)}", "", "Multiplications"]
    for way in WAYS:
        line = f"  {called[way]}: {costs[way].multiplications:,}"
        if way != "forward":
            line += f" ({compared(r, way)})"
        if way == "path":
            line += f", {_many(costs[way].paths, 'path', '{:,}'.format)}, "
            line += "weights and biases" if r.biases else "weights only"
        if way == "differences":
            line += f", {costs[way].passes:,} passes"
        lines.append(line)
    lines += ["", "Evaluations of σ and σ′", *(f"  {called[way]}: {costs[way].evaluations:,}" for way in WAYS)]
    lines += ["", "Numbers kept", *(f"  {called[way]}: {costs[way].kept:,}" for way in WAYS)]
    lines += ["", "Paths from one parameter of layer l to the loss"]
    lines += [f"  l = {l}: {n:,}" for l, n in r.paths.items()]
    return "\n".join([*lines, "", *sentences(r)])
