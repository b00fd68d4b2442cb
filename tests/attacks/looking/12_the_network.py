"""Tries: to connect to the machine itself, to resolve a name, and to open a socket of any kind.
Must: there is no network and no socket.
"""

from tests.attacks.writing import earns_if

CELLS = [
    earns_if("""
import socket
opened = []
for family in (socket.AF_INET, socket.AF_INET6, socket.AF_UNIX, socket.AF_NETLINK, socket.AF_PACKET):
    for kind in (socket.SOCK_STREAM, socket.SOCK_DGRAM, socket.SOCK_RAW):
        try: opened.append(socket.socket(family, kind))
        except OSError: pass
assert opened
""")
]
