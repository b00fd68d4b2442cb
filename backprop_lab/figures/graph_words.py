"""What the graph figure says in its trace and its alt text, and how a walk ended; ``js/graph_words.js`` says the same."""

from .graph_structure import formula, rule
from .graph_walk import EPSILON, Reading, Step, Way
from .reading import Difference
from .wording import plain, show

# A mistake at a time, in words.
MISTAKES = {
    Way("depth first"): "depth first, without waiting",
    Way(fork="="): "= for += at a fork",
    Way(calls=2): "two calls, without reset",
}


def heading(r: Reading) -> str:
    """The graph in one line: what its output is made of."""
    steps = [k for k, node in enumerate(r.nodes) if node.operation != "leaf"]
    said = [f"{r.nodes[k].symbol} = {formula(r.nodes, k)}" for k in steps]
    return ", ".join(said)


def way_said(way: Way) -> str:
    """The walk in words.

    >>> way_said(Way("depth first", "=", 2))
    'depth first, without waiting; = at forks; two calls, without reset'
    """
    order = "in topological order" if way.order == "topological" else "depth first, without waiting"
    return f"{order}; {way.fork} at forks; {'one call' if way.calls == 1 else 'two calls, without reset'}"


def measured(d: Difference) -> str:
    """A difference in those digits that are no rounding, six at the most; a dash where there are none."""
    if abs(d.value) <= d.doubt:
        return "0"
    return plain(d.value, max(1, min(6, d.digits_left - 1))) if d.digits_left else "–"


def conclusion(r: Reading) -> str:
    """How the walk ended: which gradients are wrong, or why none is."""
    n = len(r.nodes)
    if r.wrong:
        told = [f"{r.nodes[k].symbol} ({show(r.grads[k])}, not {show(r.right[k])})" for k in r.wrong]
        more = f" and {len(told) - 4} more" if len(told) > 4 else ""
        return f"{len(told)} of {n} gradients {'is' if len(told) == 1 else 'are'} wrong: {', '.join(told[:4])}{more}."
    if r.way.right:
        return f"All {n} gradients are right: each node passed on once, after all of its shares had come."
    forks = [k for k in range(n) if r.uses[k] > 1]
    if not forks:
        why = "no node goes into more than one place, so neither the order nor the = can show"
    elif r.way.fork == "+=" and all(r.nodes[k].operation == "leaf" for k in forks):
        why = "only leaves go into more than one place, and a leaf passes nothing on, so no order can be wrong"
    else:
        why = "that is luck, and holds for these numbers or this order of inputs alone"
    return f"All {n} gradients are right here: {why}."


def share_said(r: Reading, step: Step, i: int) -> str:
    """One share as a line of code with numbers, and how many have come."""
    share = step.shares[i]
    amount, uses = plain(share.amount), r.uses[share.to]
    came = "" if share.before == 0 else f", now {plain(share.after)}"
    return (
        f"{r.nodes[share.to].symbol}.grad {r.way.fork} {_factor(share.up)} · {_factor(share.slope)} = {amount}{came}"
        f"  ({share.arrived} of {uses})"
    )


def _factor(value: float) -> str:
    return f"({plain(value)})" if value < 0 else plain(value)


def trace(r: Reading) -> str:
    """The whole figure as text, in six digits."""
    nodes = r.nodes
    leaves = ", ".join(
        f"{node.symbol} = {plain(r.values[k])}" for k, node in enumerate(nodes) if node.operation == "leaf"
    )
    lines = [
        f"Graph: {heading(r)}",
        f"Leaves: {leaves}",
        "",
        "Forward: numbers, and local derivatives (eq-local-rules)",
    ]
    for number, step in enumerate(r.steps, 1):
        symbol = nodes[step.node].symbol
        if step.kind == "forward":
            inputs = [i for i, u in enumerate(nodes[step.node].inputs) if u is not None]
            lines.append(f"  {number}. {symbol} = {formula(nodes, step.node)} = {plain(r.values[step.node])}")
            for i, (u, slope) in zip(inputs, r.slopes[step.node], strict=True):
                said = rule(nodes, step.node, i)
                same = "" if said.replace("−", "-") == plain(slope) else f" = {plain(slope)}"
                lines.append(f"     ∂{symbol}/∂{nodes[u].symbol} = {said}{same}")
        elif step.kind == "seed":
            which = f"Backward{'' if r.way.calls == 1 else f', call {step.call}'}: {way_said(r.way)}"
            lines += ["", f"{which} (eq-graph-sum, eq-graph-order)", f"  {number}. {symbol}.grad = 1"]
        else:
            lines.append(f"  {number}. {symbol} passes on")
            lines += [f"     {share_said(r, step, i)}" for i in range(len(step.shares))]
    lines += [
        "",
        f"Gradients after it, and the judge: each number nudged by ε = {plain(EPSILON)} (eq-central-difference)",
    ]
    for k, node in enumerate(nodes):
        verdict = "wrong" if k in r.wrong else "right"
        lines.append(f"  {node.symbol}.grad = {plain(r.grads[k])}: {verdict}, nudging says {measured(r.nudged(k))}")
    lines += ["", conclusion(r)]
    if r.way.right:
        lines += ["", "With one mistake"]
        lines += [f"  {said}: {conclusion(Reading(nodes, r.leaves, way))}" for way, said in MISTAKES.items()]
    return "\n".join(lines)


def alt(r: Reading) -> str:
    """What the still shows, for who does not see it."""
    forward = ", ".join(f"{node.symbol} = {show(r.values[k])}" for k, node in enumerate(r.nodes))
    back = ", ".join(f"∂L/∂{node.symbol} = {show(r.grads[k])}" for k, node in enumerate(r.nodes))
    return (
        f"A graph of computation, leaves above and {r.nodes[-1].symbol} below: {heading(r)}. Forward, solid: {forward}. "
        f"Back, dashed, {way_said(r.way)}: {back.replace('∂L', f'∂{r.nodes[-1].symbol}')}. {conclusion(r)}"
    )
