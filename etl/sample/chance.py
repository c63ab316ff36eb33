"""Chance that falls the same way on every machine: only `Random.random()` is promised to, so all else is made of it."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from random import Random
from typing import TypeVar

T = TypeVar("T")


class Chance:
    """A stream of decisions named by its key, so that one more decision elsewhere moves nothing here."""

    def __init__(self, *key: object) -> None:
        self._random = Random("/".join(str(part) for part in key))

    def happens(self, probability: float) -> bool:
        return self._random.random() < probability

    def between(self, low: int, high: int) -> int:
        """A whole number from low to high, both included."""
        return low + math.floor(self._random.random() * (high - low + 1))

    def near(self, value: int, share: float) -> int:
        """A whole number within ± share of value, never below 0."""
        spread = math.floor(value * share)
        return max(0, value + self.between(-spread, spread))

    def pick(self, options: Sequence[T]) -> T:
        return options[self.between(0, len(options) - 1)]

    def weighted(self, options: Sequence[tuple[T, int]]) -> T:
        """One option; the weights are whole numbers."""
        point = self.between(1, sum(weight for _, weight in options))
        for option, weight in options:
            point -= weight
            if point <= 0:
                return option
        raise AssertionError("weights must be positive")

    def some(self, options: Iterable[T], count: int) -> list[T]:
        """Up to `count` different options in a random order."""
        rest = list(options)
        chosen = []
        while rest and len(chosen) < count:
            chosen.append(rest.pop(self.between(0, len(rest) - 1)))
        return chosen
