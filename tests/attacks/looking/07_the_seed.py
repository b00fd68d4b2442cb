"""Tries: to read the class's secret, from which all hidden inputs follow.
Must: it is not in the room.
"""

from tests.attacks.writing import earns_if

CELLS = [earns_if("assert open('SECRET_FILE').read()")]
