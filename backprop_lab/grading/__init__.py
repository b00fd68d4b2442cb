"""Grade submissions: answers cross the wall, verdicts never do.

The worker in the sandbox holds the student's code and nothing else: no hidden fixture but the one that is being
asked for, no reference, no points. The grader outside sends inputs, receives plain numbers, and alone compares,
scores and writes.
"""
