"""Compare a student's answers with references, find the mistake, and say it kindly.

The same for the notebook's check cell and for the grader. ``steps`` is the exception: it carries a request out
with the student's functions, also inside the sandbox, and therefore imports nothing else of the library.
"""
