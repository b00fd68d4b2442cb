/* Networks of any depth for the live figures: network.py's formulas, letter for letter, over core.js.
 *
 * A matrix is a list of rows, an example a column. A net is {sizes, activations: {1 …}, loss, W: {1 …}, b: {1 …}};
 * W[l] has shape (n_l, n_{l-1}), b[l] has (n_l, 1). Change a formula here and in the library, or in neither.
 */
(function (lab) {
  "use strict";
  if (lab.nets) return;
  const { activations, losses } = lab;

  // Loops, and not Array.from or reduce: a figure that trains spends most of its time here.
  function grid(rows, columns, entry) {
    const made = [];
    for (let i = 0; i < rows; i++) {
      const row = [];
      for (let j = 0; j < columns; j++) row.push(entry(i, j));
      made.push(row);
    }
    return made;
  }
  const shape = (A) => [A.length, A[0].length];
  const transpose = (A) => grid(A[0].length, A.length, (i, j) => A[j][i]);
  const multiply = (A, B) => grid(A.length, B[0].length, (i, j) => {
    let sum = 0;
    for (let k = 0; k < B.length; k++) sum += A[i][k] * B[k][j];
    return sum;
  });
  /* f of the entries of up to three tables of one shape. */
  const map = (f, A, B, C) => grid(...shape(A), (i, j) => f(A[i][j], B && B[i][j], C && C[i][j]));
  const hadamard = (A, B) => map((a, b) => a * b, A, B);
  const total = (A) => A.reduce((sum, row) => sum + row.reduce((s, v) => s + v, 0), 0);
  const range = (from, to) => Array.from({ length: Math.max(0, to - from + 1) }, (_, k) => from + k);
  const depth = (net) => net.sizes.length - 1;

  function softmaxColumns(Z) {
    const columns = transpose(Z).map((z) => {
      const top = Math.max(...z), powers = z.map((v) => Math.exp(v - top)), sum = powers.reduce((s, v) => s + v, 0);
      return powers.map((v) => v / sum);
    });
    return transpose(columns);
  }
  const activate = (name, Z) => (name === "softmax" ? softmaxColumns(Z) : map(activations[name].value, Z));

  /* ∂L/∂Z of a layer from its ∂L/∂A. For the softmax a column's Jacobian: p ⊙ (u − pᵀu). */
  function through(name, Z, dL_dA) {
    if (name !== "softmax") return map((u, z) => u * activations[name].derivative(z), dL_dA, Z);
    const P = softmaxColumns(Z), means = transpose(hadamard(P, dL_dA)).map((column) => column.reduce((s, v) => s + v, 0));
    return grid(...shape(P), (i, j) => P[i][j] * (dL_dA[i][j] - means[j]));
  }

  function forward(net, X) {
    const z = {}, a = { 0: X };
    for (const l of range(1, depth(net))) {
      z[l] = multiply(net.W[l], a[l - 1]).map((row, i) => row.map((v) => v + net.b[l][i][0]));
      a[l] = activate(net.activations[l], z[l]);
    }
    return { z, a };
  }

  // The cross-entropies are computed from z, where they stay finite however sure the network is.
  const fromLogits = {
    squared_error: (Z, A, Y) => map(losses.squared_error.value, A, Y),
    binary_cross_entropy: (Z, A, Y) => map((z, y) => Math.max(z, 0) - z * y + Math.log1p(Math.exp(-Math.abs(z))), Z, Y),
    cross_entropy: (Z, A, Y) => {
      const log = transpose(Z).map((z) => {
        const top = Math.max(...z);
        return top + Math.log(z.reduce((sum, v) => sum + Math.exp(v - top), 0));
      });
      return grid(...shape(Y), (i, j) => Y[i][j] * (log[j] - Z[i][j]));
    },
  };
  /* L: the sum down each column, the mean over the columns. */
  const loss = (net, cache, Y) =>
    total(fromLogits[net.loss](cache.z[depth(net)], cache.a[depth(net)], Y)) / Y[0].length;

  const entropyDerivative = (a, y) => (y === 0 ? 0 : -y / a);
  /* ∂L/∂A of the last layer; the 1/m enters here and nowhere else. */
  function lossDerivative(net, cache, Y) {
    const derivative = net.loss === "cross_entropy" ? entropyDerivative : losses[net.loss].derivative;
    return map((a, y) => derivative(a, y) / Y[0].length, cache.a[depth(net)], Y);
  }
  // Pairs for which ∂L/∂Z collapses to (A − Y)/m: exact also where the two factors would be 0 · ∞.
  const FUSED = { identity: "squared_error", sigmoid: "binary_cross_entropy", softmax: "cross_entropy" };
  function outputDelta(net, cache, Y) {
    const L = depth(net);
    if (FUSED[net.activations[L]] === net.loss) return map((a, y) => (a - y) / Y[0].length, cache.a[L], Y);
    return through(net.activations[L], cache.z[L], lossDerivative(net, cache, Y));
  }

  /* All gradients, from the output to the input; nothing is updated. */
  function backward(net, cache, Y) {
    const L = depth(net), delta = { [L]: outputDelta(net, cache, Y) }, dW = {}, db = {};
    for (const l of range(1, L - 1).reverse()) {
      delta[l] = through(net.activations[l], cache.z[l], multiply(transpose(net.W[l + 1]), delta[l + 1]));
    }
    for (const l of range(1, L)) {
      dW[l] = multiply(delta[l], transpose(cache.a[l - 1]));
      db[l] = delta[l].map((row) => [row.reduce((sum, v) => sum + v, 0)]);
    }
    return { delta, dW, db, dL_dx: multiply(transpose(net.W[1]), delta[1]) };
  }

  /* All parameters (or gradients) as one list, layer by layer: W row by row, then b. And back again. */
  const vector = (W, b) => Object.keys(W).flatMap((l) => [...W[l].flat(), ...b[l].flat()]);
  function withVector(net, theta) {
    const W = {}, b = {};
    let at = 0;
    for (const l of range(1, depth(net))) {
      const [rows, columns] = [net.sizes[l], net.sizes[l - 1]], start = at;
      W[l] = grid(rows, columns, (i, j) => theta[start + i * columns + j]);
      b[l] = grid(rows, 1, (i) => theta[start + rows * columns + i]);
      at += rows * (columns + 1);
    }
    return { ...net, W, b };
  }

  /* One step of an optimiser on lists: {theta, state}. `state` is {} at first; nothing is changed in place. */
  const optimisers = {
    gradient_descent: ({ theta, state }, g, { learning_rate }) =>
      ({ theta: theta.map((t, i) => t - learning_rate * g[i]), state }),
    momentum({ theta, state }, g, { learning_rate, beta = 0.9 }) {
      const velocity = g.map((v, i) => beta * (state.velocity ? state.velocity[i] : 0) - learning_rate * v);
      return { theta: theta.map((t, i) => t + velocity[i]), state: { velocity } };
    },
    adam({ theta, state }, g, { learning_rate, beta1 = 0.9, beta2 = 0.999, epsilon = 1e-8 }) {
      const steps = (state.steps || 0) + 1, none = g.map(() => 0);
      const m = (state.m || none).map((v, i) => beta1 * v + (1 - beta1) * g[i]);
      const v = (state.v || none).map((w, i) => beta2 * w + (1 - beta2) * g[i] ** 2);
      const mean = 1 - beta1 ** steps, square = 1 - beta2 ** steps;
      const moved = theta.map((t, i) => t - (learning_rate * (m[i] / mean)) / (Math.sqrt(v[i] / square) + epsilon));
      return { theta: moved, state: { steps, m, v } };
    },
  };

  lab.nets = {
    grid, shape, transpose, multiply, map, hadamard, total, range, depth, activate, through, forward, loss,
    lossDerivative, outputDelta, backward, vector, withVector, optimisers,
  };
})(globalThis.backpropLab);
if (typeof module === "object" && module.exports) module.exports = globalThis.backpropLab;
