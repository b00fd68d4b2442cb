"""``python -m backprop_lab.benchmark QUESTION OPTIONS``: what ``machine.in_a_process_of_its_own`` starts."""

import json
import sys

from . import machine


def main(question: str, options: str) -> None:
    """Ask one question, with its options as JSON."""
    chosen = json.loads(options)
    machine.keep_to_cores(chosen["threads"])
    if question == "gradients":
        from . import gradients as asked
    else:
        from . import scaling as asked
    asked.main(**chosen)


if __name__ == "__main__":
    main(*sys.argv[1:])
