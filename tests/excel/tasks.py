"""Tasks for worker processes: each does one thing that a file from outside might cause."""

import os
import time


def behave(context: str, data: bytes, name: str) -> bytes:
    """What the name says."""
    if name == "die":
        os.abort()
    if name == "nap":
        time.sleep(0.2)
    if name == "sleep":
        time.sleep(60)
    if name == "work":
        while True:
            pass
    if name == "eat":
        return bytes(4 * 1024**3)
    if name == "raise":
        raise ValueError(data)
    if name == "print":
        print("noise" * 1000)  # noqa: T201
    return f"{context}:{name}:{len(data)}".encode()
