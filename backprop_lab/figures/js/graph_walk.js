/* The mathematics of the graph figure: a graph forward, back in the order and with the mistakes that are asked for, and
 * nudged. It is that of autodiff.py and graph_walk.py, letter for letter.
 *
 * A graph is {nodes: [[symbol, operation, inputs, number]], leaves, layout}; an input is a node's place or null, which
 * stands for the number. A reading holds all that is computed from it.
 */
(function (lab) {
  "use strict";
  if (lab.graph) return;

  // value(u, v), local derivatives in u and v from u, v and the result a, and how they are written.
  const OPERATIONS = {
    add: { written: "{} + {}", value: (u, v) => u + v, slopes: () => [1, 1], rules: ["1", "1"] },
    sub: { written: "{} − {}", value: (u, v) => u - v, slopes: () => [1, -1], rules: ["1", "−1"] },
    neg: { written: "−{}", value: (u) => -u, slopes: () => [-1], rules: ["−1"] },
    mul: { written: "{} · {}", value: (u, v) => u * v, slopes: (u, v) => [v, u], rules: ["{v}", "{u}"] },
    div: { written: "{} / {}", value: (u, v) => u / v, slopes: (u, v, a) => [1 / v, -a / v], rules: ["1 / {v}", "−{a} / {v}"],
      needs: (u, v) => v !== 0 || "the denominator is 0" },
    pow: { value: (u, n) => u ** n, slopes: (u, n) => [n ? n * u ** (n - 1) : 0],
      needs: (u, n) => (u === 0 && n < 1 && n !== 0 ? "a power of 0 has no finite derivative"
        : u < 0 && !Number.isInteger(n) ? "a root needs a positive number" : true) },
    exp: { written: "exp {}", value: Math.exp, slopes: (u, v, a) => [a], rules: ["{a}"] },
    log: { written: "log {}", value: Math.log, slopes: (u) => [1 / u], rules: ["1 / {u}"], needs: (u) => u > 0 || "log needs a positive number" },
    tanh: { written: "tanh {}", value: Math.tanh, slopes: (u, v, a) => [1 - a * a], rules: ["1 − {a}²"] },
    relu: { written: "relu {}", value: (u) => Math.max(u, 0), slopes: (u) => [u > 0 ? 1 : 0], rules: ["1 if {u} > 0, else 0"] },
  };
  const EPSILON = 1e-5, SAME = 1e-9;

  const nodesOf = (graph) => graph.nodes.map(([symbol, operation, inputs, number]) => ({ symbol, operation, inputs, number, leaf: operation === "leaf" }));

  /* Values and local derivatives, [[input, slope], …] for each node; `moved` is [node, number]. `why` says what has no number. */
  function forward(nodes, leaves, moved = []) {
    const values = [], slopes = [];
    let leaf = 0, why = "";
    nodes.forEach(({ symbol, operation, inputs, number }, k) => {
      const given = operation === "leaf" ? leaves[leaf++] : null, op = OPERATIONS[operation];
      if (moved[0] === k || !op) {
        values.push(moved[0] === k ? moved[1] : given);
        slopes.push([]);
        return;
      }
      const [u, v] = operation === "pow" ? [values[inputs[0]], number] : inputs.map((j) => (j === null ? number : values[j]));
      const a = op.value(u, v), local = op.slopes(u, v, a), fine = op.needs ? op.needs(u, v) : true;
      const finite = Number.isFinite(a) && local.every(Number.isFinite) || "it is too large for a computer's number";
      for (const said of [fine, finite]) if (said !== true && !why) why = `${symbol} cannot be computed: ${said}`;
      values.push(a);
      slopes.push(inputs.flatMap((j, i) => (j === null ? [] : [[j, local[i]]])));
    });
    return { values, slopes, why };
  }

  /* The nodes that pass on, in the order of their turns. In depth each goes once, as soon as a share has reached it. */
  function turns(nodes, slopes, order) {
    const steps = nodes.flatMap((node, k) => (node.leaf ? [] : [k]));
    if (order === "topological") return steps.reverse();
    const seen = [];
    (function visit(k) {
      seen.push(k);
      for (const [u] of slopes[k]) if (!seen.includes(u) && !nodes[u].leaf) visit(u);
    })(nodes.length - 1);
    return seen;
  }

  /* The steps back, and the gradients after them. A share is what a step passes to one of its inputs. */
  function back(nodes, slopes, { order, fork, calls }) {
    const grads = nodes.map(() => 0), steps = [], last = nodes.length - 1;
    for (let call = 1; call <= calls; call++) {
      const arrived = nodes.map(() => 0);
      grads[last] = 1;
      steps.push({ kind: "seed", node: last, call, shares: [] });
      for (const k of turns(nodes, slopes, order)) {
        const up = grads[k], shares = slopes[k].map(([u, slope]) => {
          const before = grads[u], amount = up * slope;
          grads[u] = fork === "+=" ? before + amount : amount;
          return { to: u, slope, up, amount, before, after: grads[u], arrived: ++arrived[u] };
        });
        steps.push({ kind: "back", node: k, call, shares });
      }
    }
    return { steps, grads };
  }

  const RIGHT = { order: "topological", fork: "+=", calls: 1 };

  /* All of a graph with these leaves, walked in one way. */
  function reading(graph, leaves, way) {
    const nodes = nodesOf(graph), { values, slopes, why } = forward(nodes, leaves);
    const right = back(nodes, slopes, RIGHT).grads, { steps, grads } = back(nodes, slopes, way);
    const uses = nodes.map((_, k) => slopes.flat().filter(([u]) => u === k).length), largest = Math.max(...right.map(Math.abs));
    const isRight = (k, grad) => Math.abs(grad - right[k]) <= SAME * Math.max(Math.abs(right[k]), 1e-6 * largest);
    const first = nodes.flatMap((node, k) => (node.leaf ? [] : [{ kind: "forward", node: k, call: 0, shares: [] }]));
    return { graph, nodes, leaves, way, values, slopes, why, right, grads, uses, isRight, steps: [...first, ...steps],
      wrong: grads.flatMap((grad, k) => (isRight(k, grad) ? [] : [k])) };
  }

  /* Node k moved by ε to either side, all that it goes into computed anew. */
  function nudged(r, k) {
    const ahead = r.values[k] + EPSILON, behind = r.values[k] - EPSILON, step = ahead - behind;
    const [up, down] = [ahead, behind].map((number) => {
      const { values, why } = forward(r.nodes, r.leaves, [k, number]);
      return why ? NaN : values.at(-1);
    });
    const size = r.values.reduce((sum, v, j) => sum + Math.abs(v * r.right[j]), 0) + (Math.abs(up) || 0) + (Math.abs(down) || 0);
    return { value: (up - down) / step, doubt: (2 ** -50 * size) / step };
  }

  /* What is known after so many steps: which numbers, gradients so far, shares that have come in this call, who
   * passed on, and with how many shares if that was too early. */
  function after(r, step) {
    const n = r.nodes.length, state = { known: r.nodes.map((node) => node.leaf), grads: Array(n).fill(null), arrived: Array(n).fill(0),
      came: r.nodes.map(() => []), passed: Array(n).fill(false), early: Array(n).fill(null), call: 0 };
    for (const { kind, node, call, shares } of r.steps.slice(0, step)) {
      if (kind === "forward") state.known[node] = true;
      if (kind === "seed") {
        Object.assign(state, { call, arrived: Array(n).fill(0), passed: Array(n).fill(false), early: Array(n).fill(null), came: state.grads.map((g) => (g ? [g] : [])) });
        state.grads[node] = 1;
        state.came[node] = [];
      }
      if (kind === "back" && state.arrived[node] < r.uses[node]) state.early[node] = state.arrived[node];
      for (const share of shares) {
        state.grads[share.to] = share.after;
        state.arrived[share.to] = share.arrived;
        state.came[share.to].push(share.amount);
      }
      if (kind === "back") state.passed[node] = true;
    }
    return state;
  }

  lab.graph = { OPERATIONS, EPSILON, RIGHT, forward, turns, back, reading, nudged, after };
})(globalThis.backpropLab);
if (typeof module === "object" && module.exports) module.exports = globalThis.backpropLab;
