"""Hostile submissions, one file each, and the suite that grades them between two honest ones.

An attack is ``KIND/NN_name.py``: a docstring (what it tries; what must happen) and

============================  ====================================================================================
``CELLS``                     the notebook's code cells, or ``def submission(folder)``, which hands in files
``EXERCISE``                  whose it is (``"e01"`` where not given)
``AT_MOST``                   the most points that it may earn (0 where not given); honest parts may earn their own
``STATUSES``                  how it may end (``("graded",)`` where not given)
``ALONE``                     true where it needs a class of its own (what comes after it is what it attacks)
============================  ====================================================================================

In cells, ``MARKER``, ``SECRET_FILE``, ``CLASS``, ``OUT`` and ``CHECKOUT`` stand for paths of the machine, which the
attacker is supposed to know. To add one, add a file; ``python -m tests.attacks`` prints them all.
"""
