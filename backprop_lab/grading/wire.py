"""Frames between the grader and the sandboxed worker: JSON for the structure, raw bytes for the arrays.

::

    b"BPL1" | header length, 4 bytes | payload length, 8 bytes | header, JSON | payload

What crosses is a closed list: None, bool, int, float, str; NumPy arrays and scalars of 14 numeric dtypes; lists,
tuples and dicts of these keyed by str or int. Anything else crosses as ``Bad(reason)``, which equals nothing. An
input array keeps its memory layout and whether it can be written. Nothing is ever unpickled.

This file runs inside the sandbox too, and imports the standard library and NumPy alone.
"""

import json
import math
import os
import select
import struct
import time
from collections.abc import Callable
from typing import Any

import numpy as np

MAGIC = b"BPL1"
PREFIX = struct.Struct(">4sIQ")
# Made once: json.dumps with separators makes an encoder for each call.
_json = json.JSONEncoder(separators=(",", ":"), check_circular=False).encode
HEADER_LIMIT, PAYLOAD_LIMIT = 1 << 20, 64 << 20
DEPTH_LIMIT, LEAF_LIMIT, DIMENSIONS = 6, 1000, 32
DTYPES = frozenset(
    (
        "bool",
        "int8",
        "int16",
        "int32",
        "int64",
        "uint8",
        "uint16",
        "uint32",
        "uint64",
        "float16",
        "float32",
        "float64",
        "complex64",
        "complex128",
    )
)


class WireError(Exception):
    """The other side sent something that is no frame, or nothing in time."""


class Closed(WireError):
    """The other side is gone."""


class Late(WireError):
    """The other side did not answer in time."""


class Bad:
    """Something that cannot cross. It equals nothing, itself included."""

    def __init__(self, reason: str) -> None:
        self.reason = reason

    def __eq__(self, other: object) -> bool:
        return False

    __hash__ = None

    def __repr__(self) -> str:
        return f"Bad({self.reason!r})"


def encode(value: Any) -> tuple[Any, bytes]:
    """A value as a JSON tree and the bytes of its arrays."""
    encoder = _Encoder()
    try:
        tree = encoder.tree(value, 0)
    except Exception:
        # An object that lies about its class ends up here: it is no plain value.
        return {"bad": "an object that could not be read"}, b""
    return (tree, bytes(encoder.payload)) if len(encoder.payload) <= PAYLOAD_LIMIT else ({"bad": "too large"}, b"")


class _Encoder:
    """Writes one tree. The base class's own methods are called, so that a subclass cannot answer in their place."""

    def __init__(self) -> None:
        self.payload, self.leaves = bytearray(), 0

    def tree(self, item: Any, depth: int) -> Any:
        self.leaves += 1
        if self.leaves > LEAF_LIMIT:
            return {"bad": "too many items"}
        if item is None or item is True or item is False or type(item) is float:
            return item
        if isinstance(item, str):
            return _text(item)
        # NumPy's float64 is a float too, and crosses as NumPy's.
        if isinstance(item, (np.ndarray, np.generic)):
            return _encode_array(item, self.payload)
        if isinstance(item, float):
            return float.__pos__(item)
        if isinstance(item, int):
            return {"i": format(int.__index__(item), "x")}
        if depth >= DEPTH_LIMIT:
            return {"bad": "nested too deep"}
        if isinstance(item, list):
            return {"l": [self.tree(part, depth + 1) for part in list.__iter__(item)]}
        if isinstance(item, tuple):
            return {"t": [self.tree(part, depth + 1) for part in tuple.__iter__(item)]}
        if isinstance(item, dict):
            pairs = list(dict.items(item))
            if all(type(key) in (str, int) for key, _ in pairs):
                self.leaves += len(pairs)
                return {"d": [[_key(key), self.tree(part, depth + 1)] for key, part in pairs]}
            return {"bad": "a dict whose keys are no names or numbers"}
        return {"bad": "not a number, array, text, list, tuple or dict"}


def _text(item: str) -> str:
    return item if str.isascii(item) and type(item) is str else str.__str__(item).encode("utf-8", "replace").decode()


def _key(item: str | int) -> Any:
    return _text(item) if type(item) is str else {"i": format(item, "x")}


def _encode_array(item: np.ndarray | np.generic, payload: bytearray) -> Any:
    array = np.asarray(item)
    if type(array) is not np.ndarray:
        array = np.ndarray.view(array, np.ndarray)
    if array.dtype.name not in DTYPES or array.ndim > DIMENSIONS:
        return {"bad": "an array of another dtype"}
    if len(payload) + array.nbytes > PAYLOAD_LIMIT:
        return {"bad": "too large"}
    layout = "C" if array.flags.c_contiguous else "F" if array.flags.f_contiguous else "strided"
    leaf = [array.dtype.name, list(array.shape), len(payload), array.nbytes, layout, bool(array.flags.writeable)]
    payload += np.ascontiguousarray(array, dtype=array.dtype.newbyteorder("=")).tobytes()
    return {"a": leaf, "scalar": True} if isinstance(item, np.generic) else {"a": leaf}


def decode(tree: Any, payload: bytes) -> Any:
    """The value of a tree and its bytes; whatever does not hold together becomes ``Bad``."""
    try:
        return _Decoder(payload).value(tree, 0)
    except Exception:
        # Whoever wrote the tree may be hostile: there is no list of all the ways in which it can be wrong.
        return Bad("a malformed value")


class _Decoder:
    """Reads one tree. Every item counts against one limit, and every byte of the payload is used at most once."""

    def __init__(self, payload: bytes) -> None:
        self.payload, self.used, self.leaves = payload, 0, 0

    def value(self, tree: Any, depth: int) -> Any:
        self.leaves += 1
        if self.leaves > LEAF_LIMIT:
            raise ValueError
        if tree is None or tree is True or tree is False or type(tree) in (str, float):
            return tree
        if not isinstance(tree, dict) or depth > DEPTH_LIMIT + 1:
            raise ValueError
        kind, content = next(iter(tree.items()))
        match kind:
            case "i":
                return int(content, 16)
            case "l":
                return [self.value(part, depth + 1) for part in content]
            case "t":
                return tuple(self.value(part, depth + 1) for part in content)
            case "d":
                return {self.value(key, depth + 1): self.value(part, depth + 1) for key, part in content}
            case "a":
                return self.array(content, "scalar" in tree)
        return Bad(str(content)[:80])

    def array(self, leaf: list[Any], scalar: bool) -> Any:
        dtype, shape, offset, size, layout, writeable = leaf
        if dtype not in DTYPES or not all(type(n) is int and n >= 0 for n in (*shape, offset, size)):
            raise ValueError
        if len(shape) > DIMENSIONS:
            raise ValueError
        items = math.prod(shape)
        # Arrays follow one another: bytes that two leaves share would come out twice as large as they came in.
        if items * np.dtype(dtype).itemsize != size or offset != self.used or offset + size > len(self.payload):
            raise ValueError
        self.used += size
        array = (
            np.frombuffer(self.payload, dtype, items, offset).reshape(shape).copy() if items else np.zeros(shape, dtype)
        )
        if scalar:
            return array[()]
        if layout == "F":
            array = np.asfortranarray(array)
        elif layout == "strided":
            spaced = np.zeros((*shape[:-1], 2 * shape[-1]), dtype)
            spaced[..., ::2] = array
            array = spaced[..., ::2]
        array.flags.writeable = bool(writeable)
        return array


def send(fd: int, message: dict[str, Any], value: Any = None, deadline: float | None = None) -> None:
    """Write one frame: a message of plain JSON, and a value by the rules of this file.

    A deadline is kept on a pipe that does not block, here and in ``receive``.

    Raises
    ------
    Closed, Late
        If the other side is gone, or does not read before the deadline (of ``time.monotonic``).
    """
    tree, payload = encode(value)
    header = _json({"message": message, "value": tree}).encode()
    if len(header) > HEADER_LIMIT:
        header = _json({"message": message, "value": {"bad": "too large"}}).encode()
        payload = b""
    frame = memoryview(PREFIX.pack(MAGIC, len(header), len(payload)) + header + payload)
    while frame:
        try:
            frame = frame[os.write(fd, frame) :]
        except BlockingIOError:
            _wait(fd, deadline, write=True)
        except OSError as error:
            raise Closed("the other side is gone") from error


def receive(fd: int, deadline: float | None = None) -> tuple[dict[str, Any], Any]:
    """Read one frame: the message, and the value.

    Raises
    ------
    Closed, Late, WireError
        If the other side is gone, sends nothing before the deadline, or sends no frame.
    """
    magic, header_length, payload_length = PREFIX.unpack(_read(fd, PREFIX.size, deadline))
    if magic != MAGIC or header_length > HEADER_LIMIT or payload_length > PAYLOAD_LIMIT:
        raise WireError("not a frame")
    body = _read(fd, header_length + payload_length, deadline)
    try:
        whole = json.loads(body[:header_length])
        message, tree = whole["message"], whole["value"]
    except (ValueError, KeyError, TypeError, RecursionError) as error:
        raise WireError("not a frame") from error
    if not isinstance(message, dict):
        raise WireError("not a frame")
    return message, decode(tree, body[header_length:])


def _read(fd: int, length: int, deadline: float | None) -> bytearray:
    """So many bytes, read to where they stay: memory is asked for the same way however the bytes come in."""
    whole, done = bytearray(length), 0
    while done < length:
        # Looked at even where there is something to read: a room that never stops asking is late too.
        if deadline is not None and time.monotonic() > deadline:
            raise Late("no answer in time")
        try:
            count = os.readv(fd, [memoryview(whole)[done : done + (1 << 20)]])
        except BlockingIOError:
            _wait(fd, deadline, write=False)
            continue
        except OSError as error:
            raise Closed("the other side is gone") from error
        if not count:
            raise Closed("the other side is gone")
        done += count
    return whole


def _wait(fd: int, deadline: float | None, write: bool) -> None:
    """Until a pipe that does not block is ready."""
    poll: Callable = select.poll()
    poll.register(fd, select.POLLOUT if write else select.POLLIN)
    left = None if deadline is None else (deadline - time.monotonic()) * 1000
    if (left is not None and left <= 0) or not poll.poll(left):
        raise Late("no answer in time")
