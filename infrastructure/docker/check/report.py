"""What a check has found, line by line."""

from __future__ import annotations

import sys
import time


class Failed(Exception):
    """Something without which the rest cannot be checked; the message is for a person."""


class Report:
    """Prints each finding as it comes and remembers what went wrong."""

    def __init__(self) -> None:
        self._start = time.monotonic()
        self.passed = 0
        self.failures: list[str] = []
        self.lacking: list[str] = []

    def step(self, title: str) -> None:
        """Say what comes next, and how long everything has taken."""
        _print(f"== {title} [{time.monotonic() - self._start:.0f} s]")

    def say(self, line: str) -> None:
        """Print something that is no finding."""
        _print(f"   {line}")

    def check(self, holds: bool, claim: str, otherwise: object = "") -> bool:
        """Count a claim; `otherwise` is what was found instead."""
        if holds:
            self.passed += 1
            _print(f"   ok    {claim}")
        else:
            self.failures.append(f"{claim}: {otherwise}")
            _print(f"   FAIL  {claim}: {otherwise}")
        return holds

    def cannot(self, what: str) -> None:
        """Say what this engine or kernel cannot show; it counts neither way."""
        self.lacking.append(what)
        _print(f"   not shown here: {what}")

    def conclude(self) -> int:
        """Print the sum and give the exit code."""
        _print(f"== {self.passed} checks passed, {len(self.failures)} failed, {len(self.lacking)} could not be made")
        for line in self.failures:
            _print(f"   FAIL  {line}")
        for line in self.lacking:
            _print(f"   not shown here: {line}")
        return 1 if self.failures else 0


def _print(line: str) -> None:
    sys.stdout.write(line + "\n")
    sys.stdout.flush()
