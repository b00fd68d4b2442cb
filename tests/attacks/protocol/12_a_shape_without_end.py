"""Tries: to make the grader multiply half a million sizes of one array, outside of every deadline.
Must: an array of more than 32 dimensions is malformed at once.
"""

CELLS = [
    """
import os, struct, sys, wire
send = wire.send
def dz_db():
    number = sys._getframe(2).f_locals["message"]["id"]
    head = b'{"message":{"id":%d,"told":{"kind":"value"}},"value":{"a":["float64",[%s9],0,8,"C",true]}}' % (number, b"9," * 520_000)
    wire.send = lambda *args: setattr(wire, "send", send)
    frame = struct.pack(">4sIQ", b"BPL1", len(head), 8) + head + bytes(8)
    while frame: frame = frame[os.write(int(sys.argv[3]), frame):]
""",
]
