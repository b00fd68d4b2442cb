"""Wrong derivatives and backward passes: each one a small change to the text of the library.

``old`` must stand in the file exactly once. A mutant with ``equivalent`` computes the same: it must survive, and the
text says why. All others must be killed. A line a mutant, in one table: that is why this file is a long one.
"""

from dataclasses import dataclass


@dataclass(frozen=True)
class Mutant:
    file: str
    old: str
    new: str
    equivalent: str = ""

    def __str__(self) -> str:
        return f"{self.file}: {_one_line(self.old)}  →  {_one_line(self.new) or '(nothing)'}"


def _one_line(text: str) -> str:
    return " ".join(text.split())


def _of(file: str, *changes: tuple[str, ...]) -> list[Mutant]:
    return [Mutant(file, *change) for change in changes]


ACTIVATIONS = _of(
    "activations.py",
    ("return np.ones_like(inexact(z))", "return np.zeros_like(inexact(z))"),
    ("return np.ones_like(inexact(z))", "return inexact(z)"),
    ("return np.where(z.real > 0, 1, e) / (1 + e)", "return np.where(z.real > 0, e, 1) / (1 + e)"),
    ("return np.where(z.real > 0, 1, e) / (1 + e)", "return 1 / (1 + e)"),
    ("    e = np.exp(-_outwards(inexact(z)))\n    return e", "    z = sigmoid(z)\n    e = np.exp(-_outwards(inexact(z)))\n    return e"),
    ("    e = np.exp(-_outwards(inexact(z)))\n    return e / (1 + e) ** 2", "    a = sigmoid(z)\n    return a * (1 - a)"),
    ("return e / (1 + e) ** 2", "return e / (1 + e)"),
    ("return e / (1 + e) ** 2", "return -e / (1 + e) ** 2"),
    ("return 4 * sigmoid_derivative(2 * inexact(z))", "return sigmoid_derivative(2 * inexact(z))"),
    ("return 4 * sigmoid_derivative(2 * inexact(z))", "return 4 * sigmoid_derivative(inexact(z))"),
    ("return 4 * sigmoid_derivative(2 * inexact(z))", "return 1 - inexact(z) ** 2"),
    ("return 4 * sigmoid_derivative(2 * inexact(z))", "return 1 - np.tanh(inexact(z))"),
    ("return (z.real > 0).astype(z.dtype)", "return (z.real >= 0).astype(z.dtype)"),
    ("return (z.real > 0).astype(z.dtype)", "return (z.real < 0).astype(z.dtype)"),
    ("return (z.real > 0).astype(z.dtype)", "return (z.real > 0).astype(float)"),
    ("return np.where(z.real > 0, z, 0)", "return np.where(z.real > 0, z, -z)"),
    ("return np.where(z.real > 0, z, 0)", "return np.where(z.real >= 0, z, 0)"),
    ("return np.where(z.real > 0, 1, LEAKY_SLOPE).astype(z.dtype)", "return np.where(z.real >= 0, 1, LEAKY_SLOPE).astype(z.dtype)"),
    ("return np.where(z.real > 0, 1, LEAKY_SLOPE).astype(z.dtype)", "return np.where(z.real > 0, LEAKY_SLOPE, 1).astype(z.dtype)"),
    ("LEAKY_SLOPE = 0.01", "LEAKY_SLOPE = 0.1"),
    ('σ\'(z) = 1 / (1 + e^−z), which is the sigmoid of z."""\n    return sigmoid(z)', 'σ\'(z)"""\n    return sigmoid(softplus(z))'),
    ('σ\'(z) = 1 / (1 + e^−z), which is the sigmoid of z."""\n    return sigmoid(z)', 'σ\'(z)"""\n    return sigmoid(-inexact(z))'),
    ("return relu(z) + np.log1p(np.exp(-_outwards(z)))", "return np.log1p(np.exp(-_outwards(z)))"),
    ("return np.where(z.real > 0, z, -z)", "return z"),
    ("return np.where(z.real > 0, z, -z)", "return np.where(z.real >= 0, z, -z)"),
    ("return e / e.sum(axis=0)", "return e / e.sum()"),
    ("return e / e.sum(axis=0)", "return e / e.sum(axis=-1, keepdims=True)"),
    ("e = np.exp(z - z.real.max(axis=0))", "e = np.exp(z)"),
    ("e = np.exp(z - z.real.max(axis=0))", "e = np.exp(z - z.real.max())"),
    ("return np.diagflat(a) - a @ a.T", "return np.diagflat(a) + a @ a.T"),
    ("return np.diagflat(a) - a @ a.T", "return np.diagflat(a * (1 - a))"),
    ("return a * (dL_da - (a * dL_da).sum(axis=0))", "return a * (dL_da - (a * dL_da).sum(axis=1, keepdims=True))"),
    ("return a * (dL_da - (a * dL_da).sum(axis=0))", "return a * (dL_da - (a * dL_da).sum())"),
    ("return a * (dL_da - (a * dL_da).sum(axis=0))", "return a * (dL_da + (a * dL_da).sum(axis=0))"),
    ("return a * (dL_da - (a * dL_da).sum(axis=0))", "return dL_da - (a * dL_da).sum(axis=0)"),
    ("return a * (dL_da - (a * dL_da).sum(axis=0))", "return a * (1 - a) * dL_da"),
    ("    a = softmax(z)\n    return a * (dL_da", "    a = inexact(z)\n    return a * (dL_da"),
    ("return dL_da * self.derivative(z)", "return dL_da * self.derivative(self.value(z))"),
    ("return dL_da * self.derivative(z)", "return dL_da"),
    ("return dL_da * self.derivative(z)", "return dL_da + self.derivative(z)"),
    ("return dL_da * self.derivative(z)", "return dL_da / self.derivative(z)"),
    ("return inexact(z).copy()", "return inexact(z)"),
    ("        if z.shape != dL_da.shape:", "        if z.ndim != dL_da.ndim and z.ndim != 2:"),
)  # fmt: skip

LOSSES = _of(
    "losses.py",
    ("    return inexact(a) - inexact(y)\n", "    return inexact(y) - inexact(a)\n"),
    ("    return inexact(a) - inexact(y)\n", "    return 2 * (inexact(a) - inexact(y))\n"),
    ("    return inexact(a) - inexact(y)\n", "    return abs(inexact(a) - inexact(y))\n"),
    ("return 0.5 * (inexact(a) - inexact(y)) ** 2", "return (inexact(a) - inexact(y)) ** 2"),
    ("np.where(y == 0, 0, -y / a)\n        from_negative", "np.where(y == 0, 0, y / a)\n        from_negative"),
    ("from_negative = np.where(y == 1, 0, (1 - y) / (1 - a))", "from_negative = np.where(y == 1, 0, -(1 - y) / (1 - a))"),
    ("from_negative = np.where(y == 1, 0, (1 - y) / (1 - a))", "from_negative = np.zeros_like(a)"),
    ("from_negative = np.where(y == 1, 0, (1 - y) / (1 - a))", "from_negative = np.where(y == 1, 0, (1 - a) / (1 - y))"),
    ("from_negative = np.where(y == 1, 0, (1 - y) / (1 - a))", "from_negative = (1 - y) / (1 - a)"),
    ("        return np.where(y == 0, 0, -y / a)\n", "        return np.where(y == 0, 0, y / a)\n"),
    ("        return np.where(y == 0, 0, -y / a)\n", "        return np.where(y == 0, 0, -1 / a)\n"),
    ("        return np.where(y == 0, 0, -y / a)\n", "        return -y / a\n"),
    ("        return np.where(y == 0, 0, -y * np.log(a))\n", "        return -y * np.log(a)\n"),
    ("return self.derivative(A, Y) / np.shape(A)[1]", "return self.derivative(A, Y)"),
    ("return self.derivative(A, Y) / np.shape(A)[1]", "return self.derivative(A, Y) / np.shape(A)[0]"),
    ("return self.derivative(A, Y) / np.shape(A)[1]", "return self.derivative(A, Y) / np.size(A)"),
    ("return self.derivative(A, Y) / np.shape(A)[1]", "return self.derivative(A, Y) / np.shape(A)[1] ** 2"),
    ("return (each.sum() / np.shape(A)[1]).item()", "return each.mean().item()"),
    ("return (each.sum() / np.shape(A)[1]).item()", "return each.sum().item()"),
    ("self.value(A, Y) if Z is None or self.from_logits is None else", "self.value(A, Y) if True else"),
    ("else self.from_logits(Z, Y)", "else self.from_logits(A, Y)"),
    ("    if low < 0 or high > 1:", "    if low < 0:"),
    ("    if low < 0 or high > 1:", "    if high > 1:"),
    ("        off = np.abs(Y.sum(axis=0) - 1)", "        off = Y.sum(axis=0) - 1"),
    ("        off = np.abs(Y.sum(axis=0) - 1)", "        off = np.abs(Y.sum(axis=1) - 1)"),
    ("        if off.max() > 1e-6:", "        if off.max() > 1e-5:"),
    ("return (inexact(A) - inexact(Y)) / np.shape(A)[1]", "return inexact(A) - inexact(Y)"),
    ("return (inexact(A) - inexact(Y)) / np.shape(A)[1]", "return (inexact(Y) - inexact(A)) / np.shape(A)[1]"),
    ("return (inexact(A) - inexact(Y)) / np.shape(A)[1]", "return (inexact(A) - inexact(Y)) / np.shape(A)[0]"),
    ('("softmax", "cross_entropy")}\n', '("softmax", "cross_entropy"), ("tanh", "squared_error")}\n'),
    ('("softmax", "cross_entropy")}\n', '("softmax", "cross_entropy"), ("sigmoid", "squared_error")}\n'),
    ("return np.where(z.real > 0, z, 0) - z * y +", "return np.where(z.real > 0, z, 0) + z * y +"),
    ("np.log1p(np.exp(-np.where(z.real > 0, z, -z)))", "np.log1p(np.exp(-np.where(z.real >= 0, z, -z)))"),
    ("np.log1p(np.exp(-np.where(z.real > 0, z, -z)))", "np.log1p(np.exp(-z))"),
    ("return y * (top + np.log(np.exp(z - top).sum(axis=0)) - z)", "return y * (np.log(np.exp(z - top).sum(axis=0)) - z)"),
    ("return y * (top + np.log(np.exp(z - top).sum(axis=0)) - z)", "return y * (top + np.log(np.exp(z - top).sum()) - z)"),
)  # fmt: skip

NETWORK = _of(
    "network.py",
    ("dL_da = W[l + 1].T @ delta[l + 1]", "dL_da = W[l + 1] @ delta[l + 1]"),
    ("dL_da = W[l + 1].T @ delta[l + 1]", "dL_da = W[l].T @ delta[l + 1]"),
    ("dL_da = W[l + 1].T @ delta[l + 1]", "dL_da = np.abs(W[l + 1]).T @ delta[l + 1]"),
    ("dL_da = W[l + 1].T @ delta[l + 1]", "dL_da = W[l + 1].T @ delta[L]"),
    ("dL_da = W[l + 1].T @ delta[l + 1]", "dL_da = W[l + 1].T @ delta[l + 1] / Y.shape[1]"),
    ("dL_da = W[l + 1].T @ delta[l + 1]", "dL_da = -W[l + 1].T @ delta[l + 1]"),
    ("dL_da = W[l + 1].T @ delta[l + 1]", "dL_da = W[L].T @ delta[l + 1]"),
    ("params.activations[l]).backward(z[l], dL_da)", "params.activations[l + 1]).backward(z[l], dL_da)"),
    ("params.activations[l]).backward(z[l], dL_da)", "params.activations[1]).backward(z[l], dL_da)"),
    ("params.activations[l]).backward(z[l], dL_da)", "params.activations[l]).backward(a[l], dL_da)"),
    ("params.activations[l]).backward(z[l], dL_da)", "params.activations[l]).backward(dL_da, z[l])"),
    ("delta[l] = activation_named(params.activations[l]).backward(z[l], dL_da)", "delta[l] = dL_da"),
    ("for l in range(L - 1, 0, -1):", "for l in range(L - 1, 1, -1):"),
    ('Table("delta", delta), W[1].T @ delta[1])', 'Table("delta", delta), W[1] @ delta[1])'),
    ('Table("delta", delta), W[1].T @ delta[1])', 'Table("delta", delta), W[1].T @ delta[1] * Y.shape[1])'),
    ('Table("delta", delta), W[1].T @ delta[1])', 'Table("delta", delta), 0 * a[0])'),
    ("Gradients(params.sizes, np.empty_like(params.vector)", "Gradients(params.sizes, params.vector"),
    ("Gradients(params.sizes, np.empty_like(params.vector)", "Gradients(params.sizes, np.empty(params.vector.size)"),
    ("grads.dW[l] = delta[l] @ a[l - 1].T", "grads.dW[l] = (a[l - 1] @ delta[l].T)"),
    ("grads.dW[l] = delta[l] @ a[l - 1].T", "grads.dW[l] = delta[l] @ a[l].T"),
    ("grads.dW[l] = delta[l] @ a[l - 1].T", "grads.dW[l] = delta[l] @ (z[l - 1] if l > 1 else a[0]).T"),
    ("grads.dW[l] = delta[l] @ a[l - 1].T", "grads.dW[l] = delta[l] @ a[l - 1].T / Y.shape[1]"),
    ("grads.dW[l] = delta[l] @ a[l - 1].T", "grads.dW[l] = delta[l][:, -1:] @ a[l - 1][:, -1:].T"),
    ("grads.dW[l] = delta[l] @ a[l - 1].T", "grads.dW[l][...] += delta[l] @ a[l - 1].T"),
    ("grads.db[l] = delta[l].sum(axis=1, keepdims=True)", "grads.db[l] = delta[l].mean(axis=1, keepdims=True)"),
    ("grads.db[l] = delta[l].sum(axis=1, keepdims=True)", "grads.db[l] = delta[l].sum(keepdims=True) * np.ones_like(grads.db[l])"),
    ("grads.db[l] = delta[l].sum(axis=1, keepdims=True)", "grads.db[l] = delta[l][:, -1:]"),
    ("grads.db[l] = delta[l].sum(axis=1, keepdims=True)", "grads.db[l] = delta[l].sum(axis=0, keepdims=True)"),
    ("for l in range(1, L + 1):\n        grads", "for l in range(1, L):\n        grads"),
    ("if (activation, params.loss) in FUSED:", "if activation != 'relu':"),
    ("if (activation, params.loss) in FUSED:", "if False:"),
    ("backward(cache.z[params.depth], loss_named(params.loss).backward(A, Y))", "backward(A, loss_named(params.loss).backward(A, Y))"),
    ("backward(cache.z[params.depth], loss_named(params.loss).backward(A, Y))", "backward(cache.z[params.depth], loss_named(params.loss).derivative(A, Y))"),
    ("        of_these_parameters(l, W[l], params.b[l], a[l - 1], z[l])\n", "        pass\n"),
    ("    for l in W:\n        of_these", "    for l in (1,):\n        of_these"),
    ("labels_for(params.loss, Y).astype", "Y.astype"),
    ("z[l] = params.W[l] @ a[l - 1] + params.b[l]", "z[l] = params.W[l] @ a[l - 1]"),
    ("a[l] = activation_named(params.activations[l])(z[l])", "a[l] = activation_named(params.activations[1])(z[l])"),
    (".mean(cache.a[L], Y, cache.z[L])", ".mean(cache.a[L], Y)"),
    (".mean(cache.a[L], Y, cache.z[L])", ".mean(cache.a[L], Y, cache.a[L])"),
    ("Y).astype(params.vector.dtype, copy=False)", "Y)"),
)  # fmt: skip

TWO_LAYER = _of(
    "two_layer.py",
    ("dL_da1 = params.W2.T @ delta2", "dL_da1 = params.W2 @ delta2"),
    ("dL_da1 = params.W2.T @ delta2", "dL_da1 = params.W2.T @ dL_da2"),
    ("delta1 = activation_named(params.activation1)", "delta1 = activation_named(params.activation2)"),
    ("delta2 = activation_named(params.activation2)", "delta2 = activation_named(params.activation1)"),
    (".backward(cache.z1, dL_da1)", ".backward(cache.a1, dL_da1)"),
    (".backward(cache.z2, dL_da2)", ".backward(cache.a2, dL_da2)"),
    ("dW2[...] = delta2 @ cache.a1.T", "dW2[...] = delta2 @ cache.z1.T"),
    ("dW1[...] = delta1 @ cache.a0.T", "dW1[...] = cache.a0 @ delta1.T"),
    ("dW1[...] = delta1 @ cache.a0.T", "dW1[...] = delta1 @ cache.a0.T / Y.shape[1]"),
    ("db1[...] = delta1.sum(axis=1, keepdims=True)", "db1[...] = delta1.mean(axis=1, keepdims=True)"),
    ("db2[...] = delta2.sum(axis=1, keepdims=True)", "db2[...] = delta2.sum(axis=1)"),
    ("db2[...] = delta2.sum(axis=1, keepdims=True)", "db2[...] = delta1.sum(axis=1, keepdims=True)"),
    ("Gradients(delta1, delta2, vector, dW1, db1, dW2, db2)", "Gradients(delta1, delta2, vector, dW1, db1, -dW2, db2)"),
    ("W1.reshape(n1, n0), b1", "W1.reshape(n0, n1).T, b1"),
    ("if (params.activation2, params.loss) in FUSED:", "if False:"),
    ("if (params.activation2, params.loss) in FUSED:", "if (params.activation1, params.loss) in FUSED:"),
    ("params.loss, cache.a2, Y)\n", "params.loss, cache.z2, Y)\n"),
    ("_targets(params, cache, Y), cache.z2)", "_targets(params, cache, Y))"),
    ("    of_these_parameters(1, params.W1, params.b1, cache.a0, cache.z1)\n", ""),
    ("    of_these_parameters(2, params.W2, params.b2, cache.a1, cache.z2)\n", ""),
    ("return labels_for(params.loss, Y)", "return Y"),
)  # fmt: skip

NEURON = _of(
    "neuron.py",
    ("dz_dw=cache.x,", "dz_dw=params.w,"),
    ("dz_db=1.0,", "dz_db=cache.x,"),
    ("dz_dx=params.w,", "dz_dx=params.b,"),
    (".derivative(cache.z)),", ".derivative(cache.a)),"),
    (".derivative(cache.a, _number(\"y\", y))),", ".derivative(cache.z, _number(\"y\", y))),"),
    ("return self.dL_da * self.da_dz", "return self.dL_da"),
    ("return self.dL_da * self.da_dz", "return self.dL_da + self.da_dz"),
    ("return self.dL_dz * self.dz_dw", "return -self.dL_dz * self.dz_dw"),
    ("return self.dL_dz * self.dz_db", "return self.dL_da * self.dz_db"),
    ("return self.dL_dz * self.dz_dx", "return self.dL_dz * self.dz_dw"),
    ("return np.array([self.dL_dw, self.dL_db])", "return np.array([self.dL_db, self.dL_dw])"),
    ("if cache.z != params.w * cache.x + params.b:", "if False:"),
)  # fmt: skip

LAYERS = _of(
    "layers.py",
    ("        b[l] = vector[start : start + rows].reshape(rows, 1)", "        b[l] = vector[start : start + rows].reshape(rows, 1).copy()"),
    ("            raise ValueError(f\"{self._name}[{l}] has shape {self[l].shape}, got {np.shape(value)}\")", "            pass"),
    ("        self[l][...] = value", "        self._arrays[l] = value"),
    ("        self._vector[...] = numbers", "        self._vector = numbers"),
    ("self.loss, np.array(vector))", "self.loss, np.asarray(vector))"),
)  # fmt: skip

ARRAYS = _of(
    "arrays.py",
    ("    a, z, bias = a[:, -1], z[:, -1], b[:, 0]", "    a, z, bias = a[:, 0], z[:, 0], b[:, 0]"),
    ("apart = np.abs(W.dot(a) + bias - z)", "apart = np.abs(W.dot(a) - z)"),
    ("apart = np.abs(W.dot(a) + bias - z)", "apart = np.abs(W.dot(a) + bias - z)[:1]"),
    ("apart = np.abs(W.dot(a) + bias - z)", "apart = W.dot(a) + bias - z"),
    ("rounding = 4 * (a.size + 2) * np.finfo(z.dtype).eps", "rounding = 0"),
    ("rounding = 4 * (a.size + 2) * np.finfo(z.dtype).eps", "rounding = 1e-3"),
    ("rounding = 4 * (a.size + 2) * np.finfo(z.dtype).eps", "rounding = 4 * (a.size + 2) * np.finfo(float).eps"),
    (" + np.finfo(z.dtype).tiny", ""),
    ("np.abs(W).dot(np.abs(a))", "np.abs(W.dot(a))"),
    ("if (wrong & np.isfinite(size)).any():", "if wrong.any():"),
    ("~(apart < rounding * size)", "apart >= rounding * size"),
    ("    if wrong.any():\n        finite_parameters(l, W, b)\n", "    if wrong.any():\n"),
    ("(apart < rounding * np.abs(z)).all()", "(apart <= rounding * np.abs(z)).all()"),
    ("wrong = ~(apart < rounding * size)", "wrong = ~(apart <= rounding * size)"),
    ('(("W", W), ("b", b))', '(("W", W),)'),
    ("    if not np.isfinite(array).all():", "    if np.isnan(array).any():"),
)  # fmt: skip

IN_PLACE = _of(
    "in_place.py",
    ("np.greater(z, room.zero, out=room.positive)\n    np.maximum", "np.greater_equal(z, room.zero, out=room.positive)\n    np.maximum"),
    ("np.greater(z, room.zero, out=room.positive)\n    np.maximum", "np.maximum"),
    ("np.greater(z, room.zero, out=room.positive)\n    np.multiply", "np.greater_equal(z, room.zero, out=room.positive)\n    np.multiply"),
    ("np.greater(z, room.zero, out=room.positive)\n    np.multiply", "np.less(z, room.zero, out=room.positive)\n    np.multiply"),
    ("        np.subtract(z, per_example, out=z)\n", ""),
    ("    np.subtract(1, a, out=room.spare)", "    np.subtract(a, 1, out=room.spare)"),
    ("    np.subtract(1, a, out=room.spare)", "    np.copyto(room.spare, 1)"),
    ("    np.multiply(room.spare, a, out=room.spare)\n", ""),
    ("    np.subtract(delta, room.spare, out=delta)", "    np.add(delta, room.spare, out=delta)"),
    ("    np.multiply(a, a, out=room.spare)\n", "    np.copyto(room.spare, a)\n"),
    ("np.multiply(delta, room.positive, out=delta)", "np.multiply(delta, ~room.positive, out=delta)"),
    ("np.multiply(delta, room.positive, out=delta)", "np.multiply(delta, a, out=delta)"),
    ("np.multiply(delta, room.positive, out=delta)", "np.multiply(delta, a >= 0, out=delta)"),
    ("np.maximum(room.positive, LEAKY_SLOPE, out=room.spare)", "np.copyto(room.spare, room.positive)"),
    ("np.maximum(room.positive, LEAKY_SLOPE, out=room.spare)", "np.maximum(~room.positive, LEAKY_SLOPE, out=room.spare)"),
    ("    np.negative(room.spare, out=delta)\n", "    np.copyto(delta, room.spare)\n"),
    ("    np.negative(a, out=room.spare)\n", "    np.copyto(room.spare, a)\n"),
    ("    np.expm1(room.spare, out=room.spare)", "    np.exp(room.spare, out=room.spare)"),
    ("np.multiply(z, LEAKY_SLOPE, out=room.spare)", "np.multiply(z, 2 * LEAKY_SLOPE, out=room.spare)"),
    ("            back(z, delta, room)", "            pass"),
    ("            loss = difference()\n            back", "            loss = 2 * difference()\n            back"),
    ("        ones.dot(delta, out=per_example)\n", "        per_example.fill(delta.sum())\n"),
    ("        np.subtract(delta, Y, out=delta)\n        np.log(per", "        np.log(per"),
    ("        np.subtract(delta, room.spare.sum(axis=0), out=delta)\n", ""),
    ("        np.subtract(delta, room.spare.sum(axis=0), out=delta)\n", "        np.subtract(delta, room.spare.sum(), out=delta)\n"),
    ("        np.multiply(z, delta, out=delta)\n        return loss", "        return loss"),
    ("        _sigmoid(delta, room)\n", ""),
    ("np.multiply(z, 0.5, out=z)\n    np.tanh", "np.tanh"),
)  # fmt: skip

WORKSPACE = _of(
    "workspace.py",
    ("            below[-1] = 1", "            below[-1] = 0"),
    ("        buffers[\"zeros\"][...] = 0", "        buffers[\"zeros\"][...] = 0.5"),
    ("    start = -memory.ctypes.data % CACHE_LINE // dtype.itemsize\n", "    start = 0\n",
     "where in memory the arrays begin changes the speed alone"),
    ("self._output_delta, learning_rate / self.examples", "self._output_delta, learning_rate"),
    ("self._output_delta, learning_rate / self.examples", "self._output_delta, 1 / self.examples"),
    ("            back(a, dL_da, room)", "            pass"),
    ("            weights.dot(delta, out=dL_da)\n            back(a, dL_da, room)", "            back(a, dL_da, room)\n            weights.dot(delta, out=dL_da)"),
    ("theta[l + 1][:, :-1].T, a[l], delta[l]", "theta[l + 1][:, 1:].T, a[l], delta[l]"),
    ("delta[l], room[l],\n             IN_PLACE[params.activations[l]][1])", "delta[l], room[l],\n             IN_PLACE[params.activations[1]][1])"),
    ("            for l in range(L - 1, 0, -1)", "            for l in range(L - 1, 1, -1)"),
    ("(delta[l + 1], padded[l].T, gradient[l + 1]", "(delta[l + 1], padded[l].T, gradient[l + 1].copy()"),
    ("(delta[l + 1], padded[l].T, gradient[l + 1]", "(delta[l + 1], padded[l].copy().T, gradient[l + 1]"),
    ("np.subtract(self._theta, self._gradient", "np.add(self._theta, self._gradient"),
    ("(delta[1], padded[0].T, gradient[1])", "(delta[1], padded[0].T, np.empty_like(gradient[1]))"),
    ("return loss / self.examples", "return loss"),
    ("theta[l][:, :-1], theta[l][:, -1:] = params.W[l], params.b[l]", "theta[l][:, :-1], theta[l][:, -1:] = params.W[l], 0"),
    ("labels_for(self._start.loss, columns_of(\"Y\", Y, len(self.Y), meaning, self.examples))", "columns_of(\"Y\", Y, len(self.Y), meaning, self.examples)"),
    ("            self._refuse(loss)\n", "            pass\n"),
    ("        finite(\"X\", self.X)\n", ""),
    ("        finite(\"Y\", self.Y)\n", ""),
    ("            X = columns_of(\"X\"", "            self.X[...] = X = columns_of(\"X\""),
    ("            X = columns_of(\"X\", X, len(self.X), meaning, self.examples)\n", "            pass\n"),
    ("        for l in params.W:\n            finite_parameters(l, params.W[l], params.b[l])\n        self._start", "        self._start"),
)  # fmt: skip

TRACE = _of(
    "trace.py",
    ("dL_da = params.W[l + 1].T @ grads.delta[l + 1]", "dL_da = params.W[l + 1] @ grads.delta[l + 1]"),
    ("dL_da = params.W[l + 1].T @ grads.delta[l + 1]", "dL_da = grads.delta[l]"),
    (".backward(cache.a[l], Y)", ".derivative(cache.a[l], Y)"),
    (".backward(cache.a[l], Y)", ".backward(Y, cache.a[l])"),
    ('_step("dW", l, grads.dW[l]', '_step("dW", l, grads.dW[l].T'),
    ('_step("db", l, grads.db[l]', '_step("db", l, grads.delta[l]'),
    ('equation = "eq-output-delta" if last else "eq-hidden-delta"', 'equation = "eq-hidden-delta" if last else "eq-output-delta"'),
    ('equation = "eq-softmax-ce" if name == "softmax" else equation', 'equation = "eq-softmax-ce"'),
    ("for l in range(last, 0, -1):", "for l in range(1, last + 1):"),
    ("if last and (name, params.loss) in FUSED:", "if (name, params.loss) in FUSED:"),
    ("f\"W{up}ᵀ Δ{up}\", rule", "f\"W{up} Δ{up}\", rule"),
    (r'tex = rf"\frac{{\partial L}}{{\partial A^{{({l})}}}}"', r'tex = rf"\frac{{\partial L}}{{\partial Z^{{({l})}}}}"'),
)  # fmt: skip

MUTANTS = [*ACTIVATIONS, *LOSSES, *NETWORK, *TWO_LAYER, *NEURON, *LAYERS, *ARRAYS, *IN_PLACE, *WORKSPACE, *TRACE]

# The tests that judge each file, the quickest first; the judges on networks of one and of three layers.
UNITS = ["tests/test_activations.py", "tests/test_losses.py"]
JUDGES = [
    "tests/gradients/test_by_hand.py",
    "tests/gradients/test_independent.py",
    "tests/gradients/test_complex_step.py",
]
EQUAL = "tests/gradients/test_equal.py"
TWO = [
    f"{EQUAL}::test_two_layers_written_out_are_a_network_of_two",
    f"{EQUAL}::test_two_layers_stay_as_exact_as_the_network_far_out",
    f"{EQUAL}::test_the_gradients_of_two_layers_are_views_of_one_vector",
]
FAST = [
    f"{EQUAL}::test_{name}"
    for name in (
        "a_step_from_zero_takes_the_slope_at_the_kink", "a_step_stays_finite_far_out",
        "steps_in_buffers_are_backward_and_update", "parameters_taken_from_a_workspace_are_the_readers_own",
    )
]  # fmt: skip
TOLD = [
    f"{EQUAL}::test_{name}"
    for name in ("a_trace_tells_each_rule_as_it_was_used", "a_trace_holds_the_gradients_in_order_and_cites_the_book")
]
SAID = [f"tests/gradients/test_bad_{what}.py" for what in ("input", "parameters", "cache", "workspace")]
PROPERTIES = ["tests/gradients/test_properties.py"]
TESTS = {
    "activations.py": [UNITS[0], *JUDGES[:1], *SAID, *JUDGES[1:], *PROPERTIES],
    "losses.py": [UNITS[1], *JUDGES[:1], *SAID, *JUDGES[1:]],
    "network.py": [*JUDGES[:1], *SAID, *JUDGES[1:], *PROPERTIES],
    "two_layer.py": [*JUDGES[:1], *SAID, *TWO],
    "neuron.py": ["tests/test_neuron.py"],
    "layers.py": [*JUDGES[:1], *SAID],
    "arrays.py": SAID,
    "in_place.py": [*JUDGES[:1], *SAID, *FAST],
    "workspace.py": [*JUDGES[:1], *SAID, *FAST],
    "trace.py": TOLD,
}
# Of the judges' families, those of one and of three layers; every other test has no number of layers in its name.
CHOSEN = "not 2-layers and not 4-layers and not 5-layers"
