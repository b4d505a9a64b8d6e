"""What single formulas and attributes of a sheet mean."""

import re

_EXTERNAL = re.compile(r"\[\d+\]|\.(?:xls[xmb]?|ods)[\]']|\|'", re.IGNORECASE)
_FAR_COLUMN = 1_000  # a hidden span may run to the end of the sheet; no report reaches further
TRUE = ("1", "true")


def reads_outside(formula: str) -> bool:
    """Whether a formula takes its value from another workbook or program."""
    return bool(_EXTERNAL.search(formula))


def columns_between(first: int, last: int) -> range:
    """Columns of a span, as far as any report reaches."""
    return range(first, min(last, _FAR_COLUMN) + 1)
