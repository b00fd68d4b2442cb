"""A submission whose answer hangs on where its objects lie in memory gets the same grade each time."""

import contextlib
import ctypes
import threading
import time

import pytest

from backprop_lab.exercises.steps import Call, Request
from backprop_lab.grading import sandbox, wire
from backprop_lab.grading.collect import collect

pytestmark = pytest.mark.sandbox

# As a graph that is walked by sets: the order of objects in a set is that of their addresses.
BY_ADDRESS = """
class Node:
    def __init__(self, n):
        self.n = n

def order(given):
    return [node.n for node in {Node(n) for n in range(300)}]
"""
ROOMS = 8


def order(tier="bubblewrap", more=""):
    """The order in which a room meets its 300 objects."""
    collected = collect(tier, [(1, BY_ADDRESS + more)], [Request([Call("0", "order", (0.0,))])])
    return collected.answers[0]["0"]["value"]


@pytest.mark.parametrize("tier", sandbox.TIERS)
def test_the_order_of_a_set_of_objects_is_the_same_in_each_room(tier):
    found = []
    loaded = threading.Event()
    # Others work at the same time, so that what is sent comes in pieces of other sizes.
    busy = threading.Thread(target=lambda: [order() for _ in iter(loaded.is_set, True)])
    busy.start()
    try:
        for _ in range(ROOMS):
            found.append(order(tier, f"# {'long ' * 3000}"))
    finally:
        loaded.set()
        busy.join()
    assert all(one == found[0] for one in found)
    assert sorted(found[0]) == list(range(300)) != found[0]


def test_without_it_the_order_differs(monkeypatch):
    monkeypatch.setattr(sandbox, "_same_addresses", contextlib.nullcontext)
    orders = {tuple(order()) for _ in range(ROOMS)}
    assert len(orders) > 1


def test_what_else_this_process_starts_has_its_addresses_as_before():
    personality = ctypes.CDLL(None).personality
    before = personality(sandbox.ASK_PERSONALITY)
    with sandbox.started("bubblewrap") as worker:
        wire.receive(worker.replies, time.monotonic() + sandbox.START_SECONDS)
        assert personality(sandbox.ASK_PERSONALITY) == before
