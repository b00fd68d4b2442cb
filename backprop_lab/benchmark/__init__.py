"""How fast, how much, and beside whom: ``backprop-lab benchmark`` and ``gradients``, ``scaling``, ``imports``,
``grading``, ``class`` or ``figures``.

``problem`` says what a step is and holds every contender to it; ``ours`` and ``peers`` are the contenders;
``timing`` and ``machine`` measure; ``gradients``, ``scaling``, ``imports``, ``grading`` and ``figures`` are the
questions, ``drawing`` draws answers; ``whole_class`` asks about a class that ``a_class`` makes, and ``looking_on``
watches it being graded. The peers are an extra: ``pip install 'backprop-lab[benchmark]'``.
"""
