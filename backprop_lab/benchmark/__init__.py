"""How fast, how much, and beside whom: ``backprop-lab benchmark gradients``, ``scaling``, ``imports``, ``grading``, ``class``, ``figures``.

``problem`` says what a step is and holds every contender to it; ``ours`` and ``peers`` are the contenders;
``timing`` and ``machine`` measure; ``gradients``, ``scaling``, ``imports``, ``grading`` and ``figures`` are the
questions, ``drawing`` draws answers; ``whole_class`` grades one that ``a_class`` makes, and ``looking_on`` looks on. The peers are an extra: ``pip install 'backprop-lab[benchmark]'``.
"""
