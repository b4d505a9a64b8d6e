"""Patterns compiled when they are first asked: of those that a command loads it asks one in three.

Loading the program compiled 120 of them in the process that a person waits for and 200 in each
worker: a fourteenth of ``kskt check`` of one file, which has a bar of its own and therefore keeps
what gives less than a tenth. A type checker sees ``re.compile``.
"""

import re
from typing import TYPE_CHECKING, Any

__all__ = ["lazy_pattern"]

if TYPE_CHECKING:
    from re import compile as lazy_pattern
else:

    class lazy_pattern:  # noqa: N801 - stands in the place of a function
        """As ``re.compile``, later; what a method gives is found at once from its second use on."""

        def __init__(self, pattern: str | bytes, flags: int = 0) -> None:
            self.pattern = pattern
            self._flags = flags

        def __getattr__(self, name: str) -> Any:
            """What the compiled pattern has under a name."""
            compiled = re.compile(self.pattern, self._flags)  # of a second method: re's own memory
            found = getattr(compiled, name)
            setattr(self, name, found)
            return found
