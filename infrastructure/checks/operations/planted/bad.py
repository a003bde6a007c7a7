"""Faults that pyflakes must find."""

import os


def lost() -> None:
    """Uses what is not there."""
    print(nowhere)
