"""What students write for E12, a step and a loop, and what they are told."""

import numpy as np

from backprop_lab.exercises import load
from backprop_lab.grading.calibrate import answered
from tests.exercises.rewriting import rewritten

E12 = load("e12")
ALL = {"step": 3, "kept": 3, "gradients": 4, "history": 2, "again": 2}
FIXTURES = {seed: E12.fixtures(np.random.default_rng(seed)) for seed in (0, 1)}


def forward(params, X):
    bend = {"tanh": np.tanh, "sigmoid": lambda z: 1 / (1 + np.exp(-z)), "softplus": lambda z: np.log1p(np.exp(z))}
    z, a = {}, {0: X}
    for l in params["W"]:
        z[l] = params["W"][l] @ a[l - 1] + params["b"][l]
        a[l] = bend.get(params["activation"][l], np.copy)(z[l])
    return {"z": z, "a": a}


def loss(A, Y):
    return float(np.sum((A - Y) ** 2) / (2 * Y.shape[1]))


def sgd_step(params, grads, lr):
    W, b = {}, {}
    for l in params["W"]:
        W[l] = params["W"][l] - lr * grads["dL_dW"][l]
        b[l] = params["b"][l] - lr * grads["dL_db"][l]
    return {**params, "W": W, "b": b}


def train(params, X, Y, steps, lr, output_delta, hidden_delta, grad_W, grad_b):
    losses, L, m = [], len(params["W"]), X.shape[1]
    for _ in range(steps):
        cache = forward(params, X)
        z, a, names = cache["z"], cache["a"], params["activation"]
        losses.append(loss(a[L], Y))
        delta = {L: output_delta((a[L] - Y) / m, z[L], names[L])}
        dW, db = {}, {}
        for l in range(L - 1, 0, -1):
            delta[l] = hidden_delta(params["W"][l + 1], delta[l + 1], z[l], names[l])
        for l in range(1, L + 1):
            dW[l] = grad_W(delta[l], a[l - 1])
            db[l] = grad_b(delta[l])
        params = sgd_step(params, {"dL_dW": dW, "dL_db": db}, lr)
    losses.append(loss(forward(params, X)["a"][L], Y))
    return {"loss": losses, "params": params}


@np.errstate(all="ignore")
def results(seed=0, **wrong):
    return {r.term.name: r for r in answered(E12, {"sgd_step": sgd_step, "train": train, **wrong}, FIXTURES[seed])}


def with_step(step, *changes):
    """Both functions of a student whose train calls that step."""
    return {"sgd_step": step, "train": rewritten(train, *changes, sgd_step=step)}


UPDATE_ON_THE_WAY = [
    ("dW, db = {}, {}", "dW, db, W = {}, {}, dict(params['W'])"),
    (
        "            delta[l] = hidden",
        "            W[l + 1] = W[l + 1] - lr * grad_W(delta[l + 1], a[l])\n            delta[l] = hidden",
    ),
    ('hidden_delta(params["W"][l + 1]', "hidden_delta(W[l + 1]"),
]
