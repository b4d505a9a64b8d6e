"""PDF files by Excel and Word themselves, on a Windows machine without LibreOffice."""

import importlib
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

_EXCEL_AS_PDF: Final = 0  # xlTypePDF
_WORD_AS_PDF: Final = 17  # wdExportFormatPDF
_NO_MACROS: Final = 3  # msoAutomationSecurityForceDisable
_WORD_FILES: Final = (".docx", ".docm", ".doc")

Load = Callable[[str], Any]


class MicrosoftError(Exception):
    """Excel or Word refused; the text says what it said."""


class MicrosoftOffice:
    """Excel and Word of this machine, driven through pywin32 (extra ``windows``)."""

    name = "Excel, Word"

    def __init__(self, load: Load) -> None:
        self._client = load("win32com.client")
        self._error: type[Exception] = load("pywintypes").com_error

    def convert(self, files: Sequence[Path], *, archive: bool) -> None:
        """A PDF beside each file; each program is started once, unseen, and ended again.

        ``archive`` asks Word for PDF/A; Excel knows none. Raises MicrosoftError.
        """
        documents = [file for file in files if file.suffix in _WORD_FILES]
        workbooks = [file for file in files if file.suffix not in _WORD_FILES]
        try:
            if workbooks:
                with self._started("Excel.Application") as excel:
                    for file in workbooks:
                        book = excel.Workbooks.Open(str(file), UpdateLinks=0, ReadOnly=True)
                        book.ExportAsFixedFormat(_EXCEL_AS_PDF, str(file.with_suffix(".pdf")))
                        book.Close(SaveChanges=False)
            if documents:
                with self._started("Word.Application") as word:
                    for file in documents:
                        text = word.Documents.Open(
                            str(file), ConfirmConversions=False, ReadOnly=True
                        )
                        target = str(file.with_suffix(".pdf"))
                        text.ExportAsFixedFormat(target, _WORD_AS_PDF, UseISO19005_1=archive)
                        text.Close(SaveChanges=False)
        except self._error as error:
            raise MicrosoftError(str(error)) from error

    @contextmanager
    def _started(self, program: str) -> Iterator[Any]:
        """A program of its own, so that nothing that people have open is touched."""
        started = self._client.DispatchEx(program)
        try:
            started.Visible = False
            started.DisplayAlerts = False
            started.AutomationSecurity = _NO_MACROS
            yield started
        finally:
            started.Quit()


def find_microsoft_office(
    *, platform: str = sys.platform, load: Load = importlib.import_module
) -> MicrosoftOffice | None:
    """Excel and Word where this is Windows, both are installed and pywin32 is there."""
    if platform != "win32":
        return None
    try:
        registry = load("winreg")
        for program in ("Excel.Application", "Word.Application"):
            registry.CloseKey(registry.OpenKey(registry.HKEY_CLASSES_ROOT, program))
        return MicrosoftOffice(load)
    except (ImportError, OSError):
        return None
