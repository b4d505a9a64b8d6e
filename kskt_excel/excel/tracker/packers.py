"""Chunks packed by a second thread while further rows are made."""

from collections import deque
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Final, Self

from kskt_excel.excel.tracker.chunks import Chunk, packed

_MOST_UNDER_WAY: Final = 8  # chunks whose XML is held until its turn comes


class Coming:
    """A chunk that is being packed, and what is to be done with it once it is there."""

    def __init__(
        self, sums: tuple[float, ...], future: "Future[Chunk]", then: Callable[[Chunk], None]
    ) -> None:
        self.sums = sums
        self._future, self._then = future, then

    def chunk(self) -> Chunk:
        """The chunk, waited for. Raises WronglyPackedError."""
        made = self._future.result()
        self._then(made)
        return made


class Packers:
    """Takes XML and gives chunks that are coming: zlib lets Python go on while it deflates."""

    def __init__(self) -> None:
        self._pool = ThreadPoolExecutor(1)
        self._under_way: deque[Future[Chunk]] = deque()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *error: object) -> None:
        self._pool.shutdown(cancel_futures=True)

    def pack(self, xml: bytes, sums: tuple[float, ...], then: Callable[[Chunk], None]) -> Coming:
        """Has XML packed; waits while too much of it is under way. Raises WronglyPackedError."""
        while len(self._under_way) >= _MOST_UNDER_WAY:
            self._under_way.popleft().result()
        future = self._pool.submit(packed, xml, sums)
        self._under_way.append(future)
        return Coming(sums, future, then)
