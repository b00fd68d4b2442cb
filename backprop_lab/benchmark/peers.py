"""The peers: each makes the same step in the fastest way that its own manual would call its use.

A peer is a function that takes a problem and returns a contender. It imports its library when it is called, so that a
missing one is found missing there and then. All of them keep an example in each row, which is their habit, and have
the batch in their own form before the clock starts.
"""

from collections.abc import Callable, Iterable

import numpy as np

from .problem import LEARNING_RATE, Contender, Problem


def _layers(problem: Problem) -> list[np.ndarray]:
    """W1, b1, W2, b2, … as copies: W (n_l, n_{l−1}), b (n_l,)."""
    arrays = []
    for l, W in problem.start.W.items():
        arrays += [W.copy(), problem.start.b[l][:, 0].copy()]
    return arrays


def _joined(arrays: Iterable[object]) -> np.ndarray:
    """Such a list as one vector in the order of ``Parameters.vector``."""
    return np.concatenate([np.asarray(array).ravel() for array in arrays])


class DoesNotWorkHere(Exception):
    """A contender that is installed and cannot run on this machine."""


def _torch_parts(problem: Problem) -> tuple[list, Callable[[list], object]]:
    """Tensors that are the parameters, and the loss as a function of them; one-hot targets become class numbers."""
    import torch
    from torch.nn import functional

    params = [torch.from_numpy(array) for array in _layers(problem)]
    X = torch.from_numpy(np.ascontiguousarray(problem.X.T))
    labels = torch.from_numpy(problem.Y.argmax(axis=0))

    def loss_of(params: list) -> torch.Tensor:
        a = X
        for W, b in zip(params[:-2:2], params[1:-2:2], strict=True):
            a = functional.relu(functional.linear(a, W, b))
        return functional.cross_entropy(functional.linear(a, params[-2], params[-1]), labels)

    return params, loss_of


def pytorch(problem: Problem) -> Contender:
    """PyTorch on the CPU, eager: ``nn.functional``, ``autograd.grad``, all parameters updated in place by one call."""
    import torch

    params, loss_of = _torch_parts(problem)
    for p in params:
        p.requires_grad_()

    def step() -> torch.Tensor:
        loss = loss_of(params)
        grads = torch.autograd.grad(loss, params)
        with torch.no_grad():
            torch._foreach_add_(params, grads, alpha=-LEARNING_RATE)
        return loss.detach()

    return Contender("PyTorch, eager", step, lambda: _joined(p.detach().numpy() for p in params))


def pytorch_compiled(problem: Problem) -> Contender:
    """The same step compiled whole by ``torch.compile``: loss, gradient and update in one graph."""
    import torch

    params, loss_of = _torch_parts(problem)
    torch.compiler.reset()  # it keeps a few versions of one function and no more

    @torch.compile(fullgraph=True, dynamic=False)
    def compiled(params: list) -> torch.Tensor:
        grads, loss = torch.func.grad_and_value(loss_of)(params)
        for p, g in zip(params, grads, strict=True):
            p.sub_(LEARNING_RATE * g)
        return loss

    def step() -> torch.Tensor:
        with torch.no_grad():
            return compiled(params)

    try:
        step()  # compiling needs a C++ compiler, which not every machine has
    except Exception as error:
        raise DoesNotWorkHere(
            f"torch.compile does not work here ({type(error).__name__}); eager PyTorch does"
        ) from error
    for p, start in zip(params, _layers(problem), strict=True):
        p.copy_(torch.from_numpy(start))
    return Contender("PyTorch, compiled", step, lambda: _joined(p.numpy() for p in params))


def jax(problem: Problem) -> Contender:
    """JAX: ``jit`` of the whole step, the parameters donated, float64 enabled; it waits for every result."""
    import jax
    import jax.numpy as jnp

    jax.config.update("jax_enable_x64", True)
    layers = _layers(problem)
    params = [jnp.array(array) for array in layers]
    X, Y = jnp.array(problem.X.T), jnp.array(problem.Y.T)

    def loss_of(params: list, X: jax.Array, Y: jax.Array) -> jax.Array:
        a = X
        for W, b in zip(params[:-2:2], params[1:-2:2], strict=True):
            a = jax.nn.relu(a @ W.T + b)
        return -(Y * jax.nn.log_softmax(a @ params[-2].T + params[-1])).sum() / X.shape[0]

    def update(params: list, X: jax.Array, Y: jax.Array) -> tuple[list, jax.Array]:
        loss, grads = jax.value_and_grad(loss_of)(params, X, Y)
        return [p - LEARNING_RATE * g for p, g in zip(params, grads, strict=True)], loss

    compiled = jax.jit(update, donate_argnums=0)
    state = params

    def step() -> jax.Array:
        nonlocal state
        state, loss = compiled(state, X, Y)
        jax.block_until_ready((state, loss))
        return loss

    return Contender("JAX", step, lambda: _joined(state))


def scikit_learn(problem: Problem) -> Contender:
    """scikit-learn: what ``MLPClassifier`` does for each mini-batch, ``_backprop`` and the update of its sgd solver.

    ``partial_fit`` does the same and checks its input besides; here the checks are left out, in the peer's favour.
    """
    from sklearn.neural_network import MLPClassifier
    from sklearn.neural_network._stochastic_optimizers import SGDOptimizer

    layers, sizes = _layers(problem), problem.sizes
    model = MLPClassifier(sizes[1:-1], activation="relu", solver="sgd", alpha=0.0)
    model.n_layers_, model.n_outputs_, model.out_activation_ = len(sizes), sizes[-1], "softmax"
    model.coefs_ = [np.ascontiguousarray(W.T) for W in layers[::2]]
    model.intercepts_ = layers[1::2]
    params = model.coefs_ + model.intercepts_
    optimizer = SGDOptimizer(params, LEARNING_RATE, "constant", momentum=0.0, nesterov=False)
    X, Y = np.ascontiguousarray(problem.X.T), np.ascontiguousarray(problem.Y.T)
    activations = [X] + [None] * (len(sizes) - 1)
    deltas = [None] * (len(sizes) - 1)
    coef_grads = [np.empty_like(W) for W in model.coefs_]
    intercept_grads = [np.empty_like(b) for b in model.intercepts_]

    def step() -> float:
        loss, dW, db = model._backprop(X, Y, None, activations, deltas, coef_grads, intercept_grads)
        optimizer.update_params(params, dW + db)
        return loss

    def vector() -> np.ndarray:
        return _joined(array for W, b in zip(model.coefs_, model.intercepts_, strict=True) for array in (W.T, b))

    return Contender("scikit-learn", step, vector)


def autograd(problem: Problem) -> Contender:
    """HIPS autograd: NumPy, differentiated by ``value_and_grad``; the update is in place."""
    import autograd.numpy as anp
    from autograd import value_and_grad

    params = _layers(problem)
    X, Y = np.ascontiguousarray(problem.X.T), np.ascontiguousarray(problem.Y.T)

    def loss_of(params: list) -> float:
        a = X
        for W, b in zip(params[:-2:2], params[1:-2:2], strict=True):
            a = anp.maximum(anp.dot(a, W.T) + b, 0)
        z = anp.dot(a, params[-2].T) + params[-1]
        z = z - anp.max(z, axis=1, keepdims=True)
        return anp.sum(Y * (anp.log(anp.sum(anp.exp(z), axis=1, keepdims=True)) - z)) / X.shape[0]

    gradient = value_and_grad(loss_of)

    def step() -> float:
        loss, grads = gradient(params)
        for p, g in zip(params, grads, strict=True):
            p -= LEARNING_RATE * g
        return loss

    return Contender("autograd", step, lambda: _joined(params))
