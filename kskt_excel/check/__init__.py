"""Rules as generators over a Reading; no clock, no files."""

from kskt_excel.check.engine import CHECKS, check
from kskt_excel.check.known import Known

__all__ = ["CHECKS", "Known", "check"]
