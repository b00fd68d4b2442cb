"""The still figure of chapter "The bug clinic": questions one below the other, each with whom a "yes" suspects."""

from collections.abc import Sequence
from textwrap import wrap

from matplotlib.axes import Axes
from matplotlib.patches import FancyArrowPatch, Rectangle

from .style import FONT_SIZE, GREY, INK, figure

# How many letters fit a line of a question and of an answer, and the height of a line in inches.
QUESTION, ANSWER, LINE = 29, 25, 0.19
_BOX, _ANSWER = 5.3, 6.5  # where the boxes end and the answers begin, of 10


# The ladder of the chapter: each question supposes that the answers before it were no.
CLINIC = (
    ("Does the difference shrink when ε does?", "the check: ε, float32, a kink"),
    ("Does a second call, or one after another x, differ?", "memory: piled up, stale, written over"),
    ("Is a shape another one, or is one refused?", "a transpose, a sum over the wrong axis, the wrong layer"),
    ("Is a layer exactly 0, or does it hold another's numbers?", "the loop's ends, the tables' keys"),
    ("Is there one ratio for each layer?", "a factor: −1, 2, ½, m, 1/m; in which layers?"),
    ("Is every ∂L/∂b right?", "the product that makes ∂L/∂W"),
    ("Is every ∂L/∂W right?", "the sum that makes ∂L/∂b"),
    ("One example: is ∂L/∂b of layer L wrong?", "the output: σ′, or the loss"),
    ("More examples: is layer L wrong now?", "the sum over the examples"),
    ("Identity in all hidden layers: is it gone?", "a hidden slope σ′"),
)


def questions(steps: Sequence[tuple[str, str]] = CLINIC, otherwise: str = "the way back through W") -> Axes:
    """A ladder of questions: "yes" leads to the right, to the suspects; "no" leads down, to the next question.

    Parameters
    ----------
    steps : sequence of (str, str)
        A question, and where to look if it is answered with yes; those of the bug clinic if none are given.
    otherwise : str
        What is left if every answer was no.

    Returns
    -------
    Axes
        Without scales; a text for each question, each answer and each arrow.

    Raises
    ------
    ValueError
        If there is no question.

    Examples
    --------
    >>> ax = questions([("Is a shape wrong?", "transposed"), ("Is it zero?", "never filled")], "something else")
    >>> [text.get_text() for text in ax.texts]
    ['1', 'Is a shape wrong?', 'yes', 'transposed', 'no', '2', 'Is it zero?', 'yes', 'never filled', 'no', 'something else']
    """
    if not steps:
        raise ValueError("steps is empty: at least one question is needed")
    asked = [(wrap(question, QUESTION), wrap(answer, ANSWER)) for question, answer in steps]
    last = wrap(otherwise, QUESTION)
    heights = [LINE * max(len(q), len(a), 2) + 0.12 for q, a in asked] + [LINE * len(last) + 0.16]
    gap = 0.24
    total = sum(heights) + gap * len(asked) + 0.1
    _, ax = figure(height=total)
    ax.set(xlim=(0, 10), ylim=(-total + 0.04, 0.06))
    ax.set_axis_off()
    top = 0.0
    for number, ((question, answer), height) in enumerate(zip(asked, heights[:-1], strict=True), 1):
        middle = top - height / 2
        _box(ax, top, height, "-")
        ax.text(0.28, middle, str(number), ha="center", va="center", weight="bold", color=GREY, fontsize=FONT_SIZE)
        _say(ax, 0.6, middle, question, INK)
        _arrow(ax, (_BOX, middle), (_ANSWER - 0.1, middle), INK, "-")
        ax.text(
            (_BOX + _ANSWER) / 2 - 0.12,
            middle + 0.04,
            "yes",
            ha="center",
            va="bottom",
            color=INK,
            fontsize=FONT_SIZE - 1,
        )
        _say(ax, _ANSWER, middle, answer, INK)
        top -= height
        _arrow(ax, (1.2, top), (1.2, top - gap), GREY, "--")
        ax.text(1.4, top - gap / 2, "no", ha="left", va="center", color=GREY, fontsize=FONT_SIZE - 1)
        top -= gap
    _box(ax, top, heights[-1], "--")
    _say(ax, 0.6, top - heights[-1] / 2, last, INK)
    return ax


def _box(ax: Axes, top: float, height: float, style: str) -> None:
    ax.add_patch(
        Rectangle((0.03, top - height), _BOX - 0.03, height, facecolor="#f8f9fa", edgecolor=GREY, ls=style, lw=1.0)
    )


def _say(ax: Axes, x: float, y: float, lines: list[str], colour: str) -> None:
    ax.text(x, y, "\n".join(lines), ha="left", va="center", color=colour, fontsize=FONT_SIZE - 0.5, linespacing=1.15)


def _arrow(ax: Axes, start: tuple[float, float], end: tuple[float, float], colour: str, style: str) -> None:
    ax.add_patch(
        FancyArrowPatch(
            start, end, arrowstyle="-|>", mutation_scale=9, color=colour, ls=style, lw=1.3, shrinkA=0, shrinkB=0
        )
    )
