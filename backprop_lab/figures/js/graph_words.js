/* What the graph figure says: formulas and rules in symbols and numbers, a step in words, how a walk ended, the trace.
 * The trace is that of graph_words.py. */
(function (lab) {
  "use strict";
  if (lab.graph.trace) return;
  const { graph, format, show, raised, digitsLeft } = lab;
  const { OPERATIONS, EPSILON } = graph;

  const MISTAKES = [
    [{ order: "depth first" }, "depth first, without waiting"], [{ fork: "=" }, "= for += at a fork"], [{ calls: 2 }, "two calls, without reset"],
  ];
  const power = (n) => (Number.isInteger(n) && Math.abs(n) < 100 ? raised(n) : `^${format(n)}`);
  const factor = (v, write = show) => (v < 0 || write(v).includes("⁻") ? `(${write(v)})` : write(v));

  /* The right-hand side of a node, in symbols or in numbers. */
  function formula(nodes, k, numbers) {
    const { operation, inputs, number } = nodes[k];
    const said = (u) => (u === null ? factor(number) : numbers ? factor(numbers[u]) : nodes[u].symbol);
    if (operation === "pow") return said(inputs[0]) + power(number);
    const parts = OPERATIONS[operation].written.split("{}");
    return parts.map((part, i) => part + (i < inputs.length ? said(inputs[i]) : "")).join("");
  }

  /* The local derivative of a node in its i-th input, in symbols. */
  function rule(nodes, k, i) {
    const { symbol, operation, inputs, number } = nodes[k];
    if (operation === "pow") {
      const u = nodes[inputs[0]].symbol;
      return number === 0 || number === 1 ? format(number) : `${show(number, 6)} ${u}${number === 2 ? "" : power(number - 1)}`;
    }
    const said = inputs.map((u) => (u === null ? show(number) : nodes[u].symbol)), names = { u: said[0], v: said.at(-1), a: symbol };
    return OPERATIONS[operation].rules[i].replace(/\{(.)\}/g, (_, name) => names[name]);
  }
  /* The local derivatives of a node: [input, rule, number]. */
  const rules = (r, k) => r.nodes[k].inputs.flatMap((u, i) => (u === null ? [] : [i]))
    .map((i, j) => [r.slopes[k][j][0], rule(r.nodes, k, i), r.slopes[k][j][1]]);

  const heading = (r) => r.nodes.flatMap((node, k) => (node.leaf ? [] : [`${node.symbol} = ${formula(r.nodes, k)}`])).join(", ");
  const waySaid = ({ order, fork, calls }) => `${order === "topological" ? "in topological order" : "depth first, without waiting"}; ` +
    `${fork} at forks; ${calls === 1 ? "one call" : "two calls, without reset"}`;

  /* A difference in the digits that rounding leaves, six at the most. */
  function measured(d, write = format) {
    if (Math.abs(d.value) <= d.doubt) return "0";
    const digits = digitsLeft(d);
    return digits ? write(d.value, Math.max(1, Math.min(6, digits - 1))) : "–";
  }

  const isRightWay = ({ order, fork, calls }) => order === "topological" && fork === "+=" && calls === 1;

  /* How the walk ended. */
  function conclusion(r) {
    const n = r.nodes.length, { wrong } = r;
    if (wrong.length) {
      const told = wrong.slice(0, 4).map((k) => `${r.nodes[k].symbol} (${show(r.grads[k])}, not ${show(r.right[k])})`);
      return `${wrong.length} of ${n} gradients ${wrong.length === 1 ? "is" : "are"} wrong: ${told.join(", ")}` +
        `${wrong.length > 4 ? ` and ${wrong.length - 4} more` : ""}.`;
    }
    if (isRightWay(r.way)) return `All ${n} gradients are right: each node passed on once, after all of its shares had come.`;
    const forks = r.nodes.filter((_, k) => r.uses[k] > 1);
    const why = !forks.length ? "no node goes into more than one place, so neither the order nor the = can show"
      : r.way.fork === "+=" && forks.every((node) => node.leaf) ? "only leaves go into more than one place, and a leaf passes nothing on, so no order can be wrong"
        : "that is luck, and holds for these numbers or this order of inputs alone";
    return `All ${n} gradients are right here: ${why}.`;
  }

  function trace(r) {
    const { nodes, values, steps } = r, number = (v) => factor(v, format);
    const leaves = nodes.flatMap(({ leaf, symbol }, k) => (leaf ? [`${symbol} = ${format(values[k])}`] : []));
    const lines = [`Graph: ${heading(r)}`, `Leaves: ${leaves.join(", ")}`, "", "Forward: numbers, and local derivatives (eq-local-rules)"];
    steps.forEach(({ kind, node, call, shares }, at) => {
      const { symbol } = nodes[node], head = `  ${at + 1}. ${symbol}`;
      if (kind === "forward") {
        lines.push(`${head} = ${formula(nodes, node)} = ${format(values[node])}`);
        for (const [u, said, slope] of rules(r, node)) {
          const same = said.replace("−", "-") === format(slope) ? "" : ` = ${format(slope)}`;
          lines.push(`     ∂${symbol}/∂${nodes[u].symbol} = ${said}${same}`);
        }
      } else if (kind === "seed") {
        lines.push("", `Backward${r.way.calls === 1 ? "" : `, call ${call}`}: ${waySaid(r.way)} (eq-graph-sum, eq-graph-order)`, `${head}.grad = 1`);
      } else {
        lines.push(`${head} passes on`, ...shares.map((s) => `     ${nodes[s.to].symbol}.grad ${r.way.fork} ${number(s.up)} · ${number(s.slope)} = ` +
          `${format(s.amount)}${s.before === 0 ? "" : `, now ${format(s.after)}`}  (${s.arrived} of ${r.uses[s.to]})`));
      }
    });
    lines.push("", `Gradients after it, and the judge: each number nudged by ε = ${format(EPSILON)} (eq-central-difference)`);
    nodes.forEach(({ symbol }, k) => lines.push(`  ${symbol}.grad = ${format(r.grads[k])}: ${r.wrong.includes(k) ? "wrong" : "right"}, ` +
      `nudging says ${measured(graph.nudged(r, k))}`));
    lines.push("", conclusion(r));
    if (isRightWay(r.way)) {
      lines.push("", "With one mistake", ...MISTAKES.map(([mistake, said]) =>
        `  ${said}: ${conclusion(graph.reading(r.graph, r.leaves, { ...graph.RIGHT, ...mistake }))}`));
    }
    return lines.join("\n");
  }

  /* A step in sentences, [words, label of the equation or ""] each. */
  function told(r, step, before, state) {
    if (!step) return [["The leaves are given. Press “next”, or an arrow key, to compute one node at a time.", ""]];
    const { kind, node, shares, call } = step, { symbol } = r.nodes[node], { fork } = r.way;
    if (kind === "forward") {
      const many = r.uses[node], end = node === r.nodes.length - 1 ? " It is the output: the way back begins here." : many > 1 ? ` It goes into ${many} places: a fork.` : "";
      return [[`${symbol} is computed, and its local derivatives are kept. They need nothing but its own inputs and its own number.${end}`, "eq-local-rules"]];
    }
    if (kind === "seed") {
      return call === 1 ? [[`A nudge of ${symbol} moves ${symbol} by as much.`, "eq-graph-sum"]]
        : [["A second call. Nothing is reset: all other gradients are still those of the first call.", ""]];
    }
    const said = [], uses = r.uses[node], had = before.arrived[node], here = before.grads[node] ?? 0;
    if (uses === 0) said.push([`${symbol} passes a share to each of its inputs: its own gradient times the local derivative.`, "eq-graph-sum"]);
    else if (had < uses) said.push([`✗ Too early: ${symbol} passes on when ${had} of its ${uses} shares ${had === 1 ? "has" : "have"} come. What comes later is not passed on.`, "eq-graph-order"]);
    else said.push([uses === 1 ? `The one share of ${symbol} has come, so it may pass on.` : `${uses === 2 ? "Both" : `All ${uses}`} shares of ${symbol} have come, so it may pass on.`, "eq-graph-order"]);
    if (uses && had === uses && !r.isRight(node, here)) said.push(["But its gradient is wrong, and so is what it passes on.", ""]);
    for (const s of shares) {
      const to = r.nodes[s.to], count = r.uses[s.to], name = `${to.symbol}.grad`;
      if (state.passed[s.to] && s.to !== node) said.push([`✗ Too late: ${to.symbol} has passed on already; this share stays there.`, "eq-graph-order"]);
      const wrong = s.arrived === count && !r.isRight(s.to, s.after), right = `${show(s.after)}, and ${show(r.right[s.to])} is right.`;
      const kept = fork === "+=" && call === 2 && s.arrived === 1 && s.before !== 0;
      if (fork === "=" && s.arrived > 1) said.push([`✗ The share that had come to ${to.symbol}, ${show(s.before)}, is overwritten.`, "eq-graph-sum"]);
      if (kept) said.push([`✗ ${name} still held ${show(s.before)} from the first call${wrong ? `: it is now ${right}` : "."}`, "eq-graph-sum"]);
      else if (wrong) said.push([`${name} is wrong now: ${right}`, ""]);
    }
    for (const u of r.way.order === "topological" ? [...new Set(shares.map((s) => s.to))] : []) {
      if (state.arrived[u] < r.uses[u] && !r.nodes[u].leaf) said.push([`${r.nodes[u].symbol} waits: ${state.arrived[u]} of ${r.uses[u]} shares.`, "eq-graph-order"]);
    }
    return said;
  }

  Object.assign(graph, { formula, rule, rules, heading, waySaid, measured, conclusion, trace, told, factor });
})(globalThis.backpropLab);
if (typeof module === "object" && module.exports) module.exports = globalThis.backpropLab;
