"""The fixtures of a class: drawn from its secret, with references of fifty digits, made once and kept.

A fixture is taken only if float64 meets its references to 1e-13, so that an honest answer is never near a limit;
it is drawn again otherwise. The pool is kept under the fingerprint of what made it: another definition of the
exercise makes another pool.
"""

import hashlib
import hmac
from pathlib import Path
from threading import Lock

import numpy as np

from ..checking.compare import leaves, part
from ..exercises import Exercise, Fixture, stored
from .results import write

PER_VARIATION = 3
AGREED = 1e-13
TRIES = 1000


class NoReferences(Exception):
    """References cannot be made; the message says what is missing or wrong."""


def referred(exercise: Exercise, rng: np.random.Generator, variations: tuple[str, ...]) -> list[Fixture]:
    """One fixture of each variation, with references of fifty digits.

    Raises
    ------
    NoReferences
        If mpmath is not installed, a formula is not the derivative that it is said to be, or no drawing is taken.
    """
    try:
        from ..exercises.fifty_digits import refer
    except ModuleNotFoundError as error:
        raise NoReferences(
            f"{error.name} is missing; install what grading needs: pip install 'backprop-lab[grading]'"
        ) from error
    found = []
    for variation in variations:
        for _ in range(TRIES):
            drawn = exercise.fixtures(rng, (variation,))[0]
            try:
                fixture = refer(exercise, drawn)
            except ArithmeticError as error:
                raise NoReferences(str(error)) from error
            if _agree(exercise, drawn, fixture):
                found.append(fixture)
                break
        else:
            raise NoReferences(f"{exercise.id}: no fixture of {variation!r} agrees with its references to {AGREED:g}")
    return found


def _agree(exercise: Exercise, drawn: Fixture, fixture: Fixture) -> bool:
    u = fixture.values
    for term in exercise.terms:
        truth, scale = fixture.terms[term.name], term.scale(u) if term.scale else None
        for path, reference in leaves(truth):
            reference = np.asarray(reference, dtype=float)
            size = np.max(part(scale, path) if isinstance(scale, (dict, tuple)) else scale) if term.scale else 0.0
            off = np.max(np.abs(np.asarray(part(drawn.terms[term.name], path), dtype=float) - reference), initial=0.0)
            if not off <= AGREED * max(np.max(np.abs(reference), initial=0.0), float(size)):
                return False
    return True


def generator(secret: bytes, *labels: str) -> np.random.Generator:
    """A random generator that only who knows the secret can make again."""
    return np.random.default_rng(int.from_bytes(_hmac(secret, *labels), "big"))


def fingerprint(secret: bytes) -> str:
    """A name for the secret that does not tell it."""
    return _hmac(secret, "fingerprint").hex()[:16]


def _hmac(secret: bytes, *labels: str) -> bytes:
    message = "\0".join(labels).encode("utf-8", "surrogateescape")
    return hmac.new(secret, message, hashlib.sha256).digest()


class Pools:
    """The pools of a class, each made when it is first asked for.

    Parameters
    ----------
    secret : bytes
        Of the class: HMAC(secret, exercise) makes the pool, HMAC(secret, student and exercise) picks from it.
    folder : Path, optional
        Where to keep them, and to look for some that were kept.
    """

    def __init__(self, secret: bytes, folder: Path | None = None) -> None:
        self.secret, self.folder = secret, folder
        self._made: dict[str, list[list[Fixture]]] = {}
        self._lock = Lock()

    def of(self, exercise: Exercise) -> list[list[Fixture]]:
        """Several lists, each with a fixture of every variation in order.

        Raises
        ------
        NoReferences
            If references cannot be made.
        """
        with self._lock:
            if exercise.id not in self._made:
                self._made[exercise.id] = self._kept(exercise) or self._new(exercise)
            return self._made[exercise.id]

    def picked(self, exercise: Exercise, student: str) -> list[Fixture]:
        """The fixtures that this student's submission is asked: one of each variation."""
        pool, rng = self.of(exercise), generator(self.secret, "pick", exercise.id, student)
        picks = rng.integers(len(pool), size=len(exercise.variations))
        first, *others = [pool[pick][k] for k, pick in enumerate(picks)]
        return [first, *(others[k] for k in (rng.permutation if exercise.any_order else range)(len(others)))]

    def _file(self, exercise: Exercise) -> Path | None:
        name = f"{exercise.id}-{stored.fingerprint(exercise)}-{fingerprint(self.secret)}.json"
        return self.folder / name if self.folder else None

    def _kept(self, exercise: Exercise) -> list[list[Fixture]] | None:
        file = self._file(exercise)
        if file is None or not file.is_file():
            return None
        fixtures = stored.from_json(file.read_text("utf-8"), stored.fingerprint(exercise))
        count = len(exercise.variations)
        if fixtures is None or len(fixtures) != PER_VARIATION * count:
            return None
        return [fixtures[k : k + count] for k in range(0, len(fixtures), count)]

    def _new(self, exercise: Exercise) -> list[list[Fixture]]:
        rng = generator(self.secret, "pool", exercise.id)
        pool = [referred(exercise, rng, exercise.variations) for _ in range(PER_VARIATION)]
        file = self._file(exercise)
        if file:
            file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            text = stored.to_json([fixture for one in pool for fixture in one], stored.fingerprint(exercise))
            write(file, text, mode=0o600)
        return pool
