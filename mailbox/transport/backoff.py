"""How long to leave a server alone after it failed: doubling, capped, never two alike."""

import random
from collections.abc import Callable


class Backoff:
    """Delays in seconds: `first`, twice that, … up to `cap`, each one shaken by half.

    The shaking keeps many daemons from coming back in the same second. `chance` gives a float
    in [0, 1) and is injected by tests.
    """

    def __init__(
        self,
        first: float = 1.0,
        cap: float = 300.0,
        *,
        chance: Callable[[], float] = random.random,
    ) -> None:
        self._first = first
        self._cap = cap
        self._chance = chance
        self.failures = 0

    def next(self) -> float:
        """Count a failure; seconds to wait now: between half and the whole of the doubled step."""
        # The exponent is bounded too: 2.0**1024 would overflow after a year of failures.
        step = min(self._cap, self._first * 2.0 ** min(self.failures, 60))
        self.failures += 1
        return step * (0.5 + 0.5 * self._chance())

    def reset(self) -> None:
        """It worked: begin with the first step next time."""
        self.failures = 0
