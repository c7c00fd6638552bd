"""Mixing range coder, from docs/spec/picture.md, "Coder": slow, obvious."""

import math

DIGITS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"

Start = tuple[str, list[list[int]]]
"""The learned chances as digits, and the learned weights in 64ths."""


def squash(odds: int) -> int:
    """A chance in 65536ths of log-odds in 256ths, -2048 to 2047."""
    knots = [round(65536 / (1 + math.exp(-x / 2))) for x in range(-16, 17)]
    i, rest = divmod(odds + 2048, 128)
    return (knots[i] * (128 - rest) + knots[i + 1] * rest + 64) >> 7


SQUASH = [squash(odds) for odds in range(-2048, 2048)]


def _stretched() -> list[int]:
    """Log-odds of each sixteenth of a chance: the least whose squash reaches its middle."""
    table, odds = [], -2048
    for sixteenth in range(4096):
        while odds < 2047 and SQUASH[odds + 2048] < 16 * sixteenth + 8:
            odds += 1
        table.append(max(odds, -2047))
    return table


STRETCH = _stretched()


class Cut(Exception):
    """The bytes end here."""


class Model:
    """Chances and weights, and how they learn."""

    def __init__(self, start: Start) -> None:
        digits, weights = start
        self.chances = [[32768, 0] for _ in digits]
        for context, digit in enumerate(digits):
            if digit != ".":
                odds = 64 * (DIGITS.index(digit) - 32)
                self.chances[context] = [SQUASH[odds + 2048], 12]
        self.weights = [[1024 * w for w in row] for row in weights]

    def chance(self, contexts: tuple[int, int, int], choice: int) -> int:
        """The mixed chance of a one."""
        odds = [STRETCH[self.chances[c][0] >> 4] for c in contexts]
        total = sum(o * w for o, w in zip(odds, self.weights[choice], strict=True)) >> 16
        return SQUASH[min(max(total, -2047), 2047) + 2048]

    def learn(self, contexts: tuple[int, int, int], choice: int, bit: int) -> None:
        """Take a coded bit into account."""
        error = ((bit << 16) - self.chance(contexts, choice)) * 64
        odds = [STRETCH[self.chances[c][0] >> 4] for c in contexts]
        for place in range(3):
            moved = self.weights[choice][place] + ((odds[place] * error + (1 << 19)) >> 20)
            self.weights[choice][place] = min(max(moved, -(1 << 19)), 1 << 19)
        for context in contexts:
            chance, seen = self.chances[context]
            chance += (((bit << 16) - chance) * (131072 // (2 * seen + 3))) >> 16
            self.chances[context] = [min(max(chance, 32), 65504), min(seen + 1, 60)]


class Writer(Model):
    """Bits to bytes: one exact number, carried at the end."""

    decoding = False

    def __init__(self, start: Start, budget: int) -> None:
        super().__init__(start)
        self.low, self.span, self.shifts, self.budget = 0, 0xFFFFFFFF, 0, budget

    def code(self, contexts: tuple[int, int, int], choice: int, bit: int) -> int:
        """Write a bit."""
        bound = (self.span >> 16) * self.chance(contexts, choice)
        if bit:
            self.span = bound
        else:
            self.low += bound
            self.span -= bound
        while self.span < 1 << 24:
            self.span <<= 8
            self.low <<= 8
            self.shifts += 1
        self.learn(contexts, choice, bit)
        # Eight bytes on, no carry of what follows reaches the budget, except through a run of
        # 255s, which the exact number would show.
        if self.shifts > self.budget + 8 and self.settled():
            raise Cut
        return bit

    def settled(self) -> bool:
        """Whether nothing that follows can change the bytes of the budget."""
        last = self.low + self.span
        drop = 8 * (self.shifts + 4 - self.budget)
        return self.low >> drop == last >> drop

    def octets(self) -> bytes:
        """All bytes, cut at the budget."""
        return self.low.to_bytes(self.shifts + 4, "big")[: self.budget]


class Reader(Model):
    """Bytes to bits, as far as the bytes decide them."""

    decoding = True

    def __init__(self, start: Start, data: bytes) -> None:
        super().__init__(start)
        self.data, self.at, self.number, self.open = data, 0, 0, 0
        self.span = 0xFFFFFFFF
        for _ in range(4):
            self.take()

    def take(self) -> None:
        """Take one byte; a missing one leaves eight bits open."""
        there = self.at < len(self.data)
        self.number = ((self.number << 8) | (self.data[self.at] if there else 0)) & 0xFFFFFFFF
        self.open = (self.open << 8) | (0 if there else 255)
        self.at += 1

    def code(self, contexts: tuple[int, int, int], choice: int, _bit: int) -> int:
        """Read a bit."""
        bound = (self.span >> 16) * self.chance(contexts, choice)
        if self.number < bound <= self.number + self.open:
            raise Cut
        bit = 1 if self.number < bound else 0
        if bit:
            self.span = bound
        else:
            self.number -= bound
            self.span -= bound
        while self.span < 1 << 24:
            self.span <<= 8
            self.take()
        self.learn(contexts, choice, bit)
        return bit
