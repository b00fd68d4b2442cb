"""Tries: to set a file's flags (no dump, append only) through a descriptor for reading, by ioctl.
Must: that command is refused.
"""

from tests.attacks.writing import earns_if

CELLS = [
    earns_if("""
import fcntl, struct, numpy, os, errno
fd = os.open(numpy.__file__, os.O_RDONLY)
flags = struct.unpack("i", fcntl.ioctl(fd, 0x80086601, struct.pack("i", 0)))[0]
fcntl.ioctl(fd, 0x40086602, struct.pack("i", flags))
""")
]
