"""How fast, how much, and beside whom: ``backprop-lab benchmark gradients``, ``scaling`` and ``imports``.

``problem`` says what a step is and holds every contender to it; ``ours`` and ``peers`` are the contenders;
``timing`` and ``machine`` measure; ``gradients``, ``scaling`` and ``imports`` are the three questions, ``drawing``
their figures. The peers are an extra: ``pip install 'backprop-lab[benchmark]'``.
"""
