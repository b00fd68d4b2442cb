"""What students write for E8, with the 1/m at either end, and what they are told."""

import numpy as np

from backprop_lab.exercises import load
from backprop_lab.grading.calibrate import answered
from tests.exercises.test_e06 import slope

E08 = load("e08")
ALL = {"L": 2, "dL_dA": 3, "delta": 3, "dL_dW": 5, "dL_db": 5}


def loss(A, Y):
    m = Y.shape[1]
    return 0.5 * np.sum((A - Y) ** 2) / m


def dL_dA(A, Y):
    m = Y.shape[1]
    return (A - Y) / m


def at_the_start(params, cache, Y):
    W, z, a, names = params["W"], cache["z"], cache["a"], params["activation"]
    L, m = len(W), Y.shape[1]
    delta, dW, db = {L: (a[L] - Y) / m * slope(names[L], z[L])}, {}, {}
    for l in range(L - 1, 0, -1):
        delta[l] = W[l + 1].T @ delta[l + 1] * slope(names[l], z[l])
    for l in range(L, 0, -1):
        dW[l] = delta[l] @ a[l - 1].T
        db[l] = delta[l].sum(axis=1, keepdims=True)
    return {"delta": delta, "dL_dW": dW, "dL_db": db}


def at_the_end(params, cache, Y):
    W, z, a, names = params["W"], cache["z"], cache["a"], params["activation"]
    L, m = len(W), Y.shape[1]
    delta, dW, db = {L: (a[L] - Y) * slope(names[L], z[L])}, {}, {}
    for l in range(L - 1, 0, -1):
        delta[l] = W[l + 1].T @ delta[l + 1] * slope(names[l], z[l])
    for l in range(L, 0, -1):
        dW[l] = delta[l] @ a[l - 1].T / m
        db[l] = delta[l].sum(axis=1, keepdims=True) / m
    return {"delta": delta, "dL_dW": dW, "dL_db": db}


def calling(params, cache, Y):
    W, z, a, names = params["W"], cache["z"], cache["a"], params["activation"]
    L = len(W)
    delta, dW, db = {L: dL_dA(a[L], Y) * slope(names[L], z[L])}, {}, {}
    for l in range(L - 1, 0, -1):
        delta[l] = W[l + 1].T @ delta[l + 1] * slope(names[l], z[l])
    for l in range(L, 0, -1):
        dW[l] = delta[l] @ a[l - 1].T
        db[l] = delta[l].sum(axis=1, keepdims=True)
    return {"delta": delta, "dL_dW": dW, "dL_db": db}


def results(seed=0, **wrong):
    functions = {"loss": loss, "dL_dA": dL_dA, "batch_backward": at_the_start, **wrong}
    return {r.term.name: r for r in answered(E08, functions, E08.fixtures(np.random.default_rng(seed)))}


START, END = at_the_start, at_the_end
PRODUCT, SUM = "delta[l] @ a[l - 1].T", "delta[l].sum(axis=1, keepdims=True)"
