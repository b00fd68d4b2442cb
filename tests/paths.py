"""Where things stand in the checkout."""

from pathlib import Path

ROOT = Path(__file__).parents[1]
SOLUTIONS = ROOT / "solutions"
EXERCISES = ROOT / "exercises"
