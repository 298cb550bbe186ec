"""What is drawn for comparisons with other servers: the same seed draws the same."""

import random


class Chance:
    def __init__(self, seed: int):
        self.random = random.Random(seed)
        self.number = 0  # every value that is set is another

    def often(self, times: int) -> bool:
        """Once in so many times."""
        return self.random.randrange(times) == 0

    def value(self) -> int:
        self.number += 1
        return self.number
