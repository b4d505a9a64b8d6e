"""Control of administrative procedures (kiểm soát thủ tục hành chính) on Excel workbooks.

``open`` gives the office of a workspace, ``read`` a workbook understood; see ``kskt_excel.api``.
Importing the package loads nothing else.
"""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from kskt_excel.api import Office, PeriodResult, read
    from kskt_excel.api import open_office as open  # noqa: A004  # as ``sqlite3`` and ``shelve`` do
    from kskt_excel.model.errors import (
        FileLockedError,
        KsktError,
        MissingFileError,
        UnknownDayError,
        UnknownPeriodError,
    )

__version__ = "0.1.0"
__all__ = [
    "FileLockedError",
    "KsktError",
    "MissingFileError",
    "Office",
    "PeriodResult",
    "UnknownDayError",
    "UnknownPeriodError",
    "__version__",
    "open",
    "read",
]


def __getattr__(name: str) -> object:
    """The names of ``__all__``, loaded when they are asked for."""
    if name.endswith("Error") and name in __all__:
        from kskt_excel.model import errors

        return getattr(errors, name)
    if name in __all__:
        from kskt_excel import api

        return getattr(api, {"open": "open_office"}.get(name, name))
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
