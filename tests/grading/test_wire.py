"""What crosses the wall comes out as it went in; everything else comes out as Bad, and nothing is executed."""

import math
import os
import threading
import time

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from backprop_lab.grading import wire

plain = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.tuples(inner, inner)
        | st.dictionaries(st.text() | st.integers(), inner, max_size=4)
    ),
    max_leaves=20,
)


def through(value):
    return wire.decode(*wire.encode(value))


@given(plain)
def test_plain_values_round_trip_with_their_types(value):
    def typed(item):
        if isinstance(item, (list, tuple)):
            return type(item), [typed(part) for part in item]
        if isinstance(item, dict):
            return dict, [(typed(k), typed(v)) for k, v in item.items()]
        return type(item), item

    def depth(item):
        parts = item.values() if isinstance(item, dict) else item if isinstance(item, (list, tuple)) else ()
        return 1 + max((depth(part) for part in parts), default=0)

    if depth(value) <= wire.DEPTH_LIMIT:
        assert typed(through(value)) == typed(value)


@given(hnp.arrays(st.sampled_from(sorted(wire.DTYPES)), hnp.array_shapes(min_dims=0, max_dims=3, min_side=0)))
def test_arrays_round_trip_to_the_bit(array):
    back = through(array)
    assert (back.dtype, back.shape) == (array.dtype, array.shape)
    assert back.tobytes() == array.tobytes()


@pytest.mark.parametrize("make", [np.ascontiguousarray, np.asfortranarray, lambda a: np.repeat(a, 2, axis=1)[:, ::2]])
@pytest.mark.parametrize("writeable", [True, False])
def test_inputs_keep_their_layout_and_whether_they_can_be_written(make, writeable):
    array = make(np.arange(12.0).reshape(3, 4))
    array.flags.writeable = writeable
    back = through(array)
    assert np.array_equal(back, array)
    for flag in ("c_contiguous", "f_contiguous", "writeable"):
        assert getattr(back.flags, flag) == getattr(array.flags, flag)


def test_nan_and_infinity_cross():
    assert math.isnan(through(float("nan")))
    assert through([math.inf, -math.inf]) == [math.inf, -math.inf]


class LyingArray(np.ndarray):
    def __eq__(self, other):
        return True

    def __array_ufunc__(self, *args, **kwargs):
        return 42.0


class LyingFloat(float):
    def __eq__(self, other):
        return True

    def hex(self):
        return "0x1.0p+5"


class NotReallyFloat:
    __class__ = float


def test_subclasses_arrive_as_the_plain_numbers_that_they_hold():
    array = np.arange(3.0).view(LyingArray)
    assert type(through(array)) is np.ndarray
    assert through(array).tolist() == [0, 1, 2]
    assert (type(through(LyingFloat(3))), through(LyingFloat(3))) == (float, 3.0)


NO_PLAIN_VALUES = {
    "an object": object(),
    "a function": len,
    "a set": {1, 2},
    "bytes": b"bytes",
    "an object that lies about its class": NotReallyFloat(),
    "an array of objects": np.array([object()]),
    "an array of texts": np.array(["text"]),
    "a dict keyed by tuples": {(1, 2): 3},
    "a dict keyed by floats": {2.5: 1},
}


@pytest.mark.parametrize("kind", NO_PLAIN_VALUES)
def test_all_else_is_bad_and_equals_nothing(kind):
    back = through(NO_PLAIN_VALUES[kind])
    assert isinstance(back, wire.Bad)
    assert back != back


def test_too_much_is_bad():
    deep = 1.0
    for _ in range(wire.DEPTH_LIMIT + 3):
        deep = [deep]
    assert "Bad" in repr(through(deep))
    assert "Bad" in repr(through(list(range(wire.LEAF_LIMIT + 1))))
    assert isinstance(through(np.zeros(wire.PAYLOAD_LIMIT // 8 + 1)), wire.Bad)


@pytest.mark.parametrize(
    "tree",
    [
        {"a": ["float64", [2, 3], 0, 8, "C", True]},
        {"a": ["float64", [2**40], 0, 8 * 2**40, "C", True]},
        {"a": ["object", [1], 0, 8, "C", True]},
        {"a": ["float64", [-1], 0, -8, "C", True]},
        {"a": ["float64", [1], 4, 8, "C", True]},
        {"a": ["float64", [True], 0, 8, "C", True]},
        {"i": "zz"}, {"f": "pickle"}, {"d": [[{"l": []}, 1]]}, {"q": 1}, {"l": 3}, {}, [], 7, {"d": [[7, 1.0]]},
    ],
)  # fmt: skip
def test_malformed_trees_are_bad_or_refused(tree):
    assert isinstance(wire.decode(tree, b"\0" * 8), wire.Bad)


def test_leaves_that_share_bytes_and_endless_lists_do_not_grow_on_this_side():
    leaf = {"a": ["uint8", [1 << 20], 0, 1 << 20, "C", True]}
    assert isinstance(wire.decode({"l": [leaf, leaf]}, bytes(1 << 20)), wire.Bad)
    assert isinstance(wire.decode({"l": [None] * (wire.LEAF_LIMIT + 1)}, b""), wire.Bad)


@pytest.mark.parametrize(
    "noise",
    [
        b"GET / HTTP/1.1\r\n\r\n" * 4,
        wire.PREFIX.pack(wire.MAGIC, wire.HEADER_LIMIT + 1, 0),
        wire.PREFIX.pack(wire.MAGIC, 2, wire.PAYLOAD_LIMIT + 1),
        wire.PREFIX.pack(wire.MAGIC, 2, 0) + b"{}",
        wire.PREFIX.pack(wire.MAGIC, 4, 0) + b"\xff\xfe[[",
        wire.PREFIX.pack(wire.MAGIC, 100, 0) + b"{}",
    ],
)
def test_what_is_no_frame_is_refused_at_once_and_closing_ends_the_wait(noise):
    reader, writer = os.pipe()
    os.write(writer, noise)
    os.close(writer)
    try:
        with pytest.raises(wire.WireError):
            wire.receive(reader, time.monotonic() + 5)
    finally:
        os.close(reader)


def test_silence_ends_at_the_deadline():
    reader, writer = os.pipe()
    os.set_blocking(reader, False)
    try:
        with pytest.raises(wire.Late):
            wire.receive(reader, time.monotonic() + 0.05)
    finally:
        os.close(reader)
        os.close(writer)


def test_a_pipe_that_always_has_something_to_read_is_late_all_the_same():
    reader, writer = os.pipe()
    os.set_blocking(reader, False)
    try:
        wire.send(writer, {"callback": "f"})
        with pytest.raises(wire.Late):
            wire.receive(reader, time.monotonic() - 1)
    finally:
        os.close(reader)
        os.close(writer)


def test_large_frames_cross_a_pipe():
    reader, writer = os.pipe()
    array = np.random.default_rng(0).normal(size=(1000, 1000))
    sender = threading.Thread(target=wire.send, args=(writer, {"id": 1}, {"W": array}))
    sender.start()
    message, value = wire.receive(reader, time.monotonic() + 30)
    sender.join()
    os.close(reader)
    os.close(writer)
    assert message == {"id": 1}
    assert np.array_equal(value["W"], array)
