"""Control of administrative procedures (kiểm soát thủ tục hành chính) on Excel workbooks."""

__version__ = "0.1.0"
