"""A course around the grades: deadlines, roster, adjustments, gradebooks, pages, answers that are alike, Gradescope, the bundle.

Nothing here is in a record or changes one: the fingerprint of the grader is that of ``grading/`` and ``checking/``.
"""
