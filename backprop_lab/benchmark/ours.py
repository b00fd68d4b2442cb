"""Our own contenders, and the floor that no one can go below with these products."""

import itertools

import numpy as np

from .. import network
from ..workspace import Workspace
from .problem import LEARNING_RATE, Contender, Problem


def fast(problem: Problem) -> Contender:
    """``Workspace``, with the batch in its own buffers, as the peers have it in theirs."""
    work = Workspace(problem.start, problem.examples)
    work.X[...], work.Y[...] = problem.X, problem.Y
    X, Y = work.X, work.Y

    def step() -> float:
        return work.step(X, Y, LEARNING_RATE)

    return Contender("backprop_lab", step, lambda: work.parameters().vector)


def readable(problem: Problem) -> Contender:
    """The four verbs as the book writes them."""
    params, X, Y = problem.start.copy(), problem.X, problem.Y

    def step() -> float:
        cache = network.forward(params, X)
        loss = network.loss(params, cache, Y)
        params.vector -= LEARNING_RATE * network.backward(params, cache, Y).vector
        return loss

    return Contender("readable path", step, lambda: params.vector)


def floor(problem: Problem) -> Contender:
    """The matrix products alone, in arrays that are there: no activation, no loss, no update.

    The shapes and the layout are those of the workspace.
    """
    sizes, m, dtype = problem.sizes, problem.examples, problem.dtype
    rng = np.random.default_rng(0)
    theta = [rng.standard_normal((n, before + 1)).astype(dtype) / before for before, n in itertools.pairwise(sizes)]
    a = [rng.standard_normal((n + 1, m)).astype(dtype) for n in sizes]
    delta = [rng.standard_normal((n, m)).astype(dtype) for n in sizes]
    gradient = [np.empty_like(t) for t in theta]
    products = []
    L = len(sizes) - 1
    for l in range(1, L + 1):
        products.append((theta[l - 1], a[l - 1], a[l][:-1]))
    for l in range(L, 0, -1):
        products.append((delta[l], a[l - 1].T, gradient[l - 1]))
        if l > 1:
            products.append((theta[l - 1][:, :-1].T, delta[l], delta[l - 1]))

    def step() -> None:
        for left, right, product in products:
            left.dot(right, out=product)

    return Contender("floor", step, None)
