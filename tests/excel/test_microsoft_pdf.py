"""Excel and Word as printers of PDF, by stand-ins that write what they are told."""

from pathlib import Path
from typing import Any

import pytest

from kskt_excel.excel.printed.pdf import PdfFailedError, find_microsoft_office, to_pdf


class ComError(Exception):
    pass


class Opened:
    def __init__(self, path: str, log: list[str]) -> None:
        self.path, self.log = path, log

    def ExportAsFixedFormat(self, *what: Any, **named: Any) -> None:  # noqa: N802  # Microsoft's
        if "hong" in Path(self.path).read_text():
            raise ComError("Không mở được")
        target = next(one for one in what if isinstance(one, str))
        Path(target).write_bytes(b"%PDF-1.7\n%%EOF\n")
        self.log.append(f"{Path(self.path).suffix} {sorted(named.items())}")

    def Close(self, SaveChanges: bool) -> None:  # noqa: N802, N803
        assert not SaveChanges


class Program:
    def __init__(self, name: str, log: list[str]) -> None:
        self.log = log
        log.append(f"start {name}")
        self.Workbooks = self.Documents = self

    def Open(self, path: str, **_: Any) -> Opened:  # noqa: N802
        return Opened(path, self.log)

    def Quit(self) -> None:  # noqa: N802
        self.log.append("quit")


class Windows:
    """Modules of pywin32 and the registry as far as they are asked for."""

    com_error = ComError
    HKEY_CLASSES_ROOT = 0

    def __init__(self, *installed: str) -> None:
        self.installed = installed
        self.log: list[str] = []

    def __call__(self, _: str) -> "Windows":
        return self

    def OpenKey(self, _: int, name: str) -> str:  # noqa: N802
        if name not in self.installed:
            raise FileNotFoundError(name)
        return name

    def CloseKey(self, _: str) -> None:  # noqa: N802
        pass

    def DispatchEx(self, name: str) -> Program:  # noqa: N802
        return Program(name, self.log)


BOTH = ("Excel.Application", "Word.Application")


def test_each_program_starts_once_and_ends(tmp_path: Path) -> None:
    files = [tmp_path / name for name in ("a.xlsx", "bao-cao.docx", "b.xlsx")]
    for file in files:
        file.write_text("tốt")
    windows = Windows(*BOTH)
    office = find_microsoft_office(platform="win32", load=windows)
    assert office
    made = to_pdf(files, tmp_path / "pdf", program=office, seconds=1, archive=True)
    assert [path.name for path in made] == ["a.pdf", "bao-cao.pdf", "b.pdf"]
    assert all(path.read_bytes().startswith(b"%PDF-") for path in made)
    assert windows.log == [
        *("start Excel.Application", ".xlsx []", ".xlsx []", "quit"),
        *("start Word.Application", ".docx [('UseISO19005_1', True)]", "quit"),
    ]


def test_a_refusal_names_the_program_and_ends_it(tmp_path: Path) -> None:
    file = tmp_path / "a.xlsx"
    file.write_text("hong")
    windows = Windows(*BOTH)
    office = find_microsoft_office(platform="win32", load=windows)
    assert office
    with pytest.raises(PdfFailedError, match=r"a\.xlsx: Excel, Word báo lỗi \(Không mở được\)"):
        to_pdf([file], tmp_path, program=office, seconds=1)
    assert windows.log[-1] == "quit"


@pytest.mark.parametrize(
    ("platform", "installed"), [("linux", BOTH), ("win32", BOTH[:1]), ("win32", ())]
)
def test_it_is_there_only_on_windows_with_both(platform: str, installed: tuple[str, ...]) -> None:
    assert find_microsoft_office(platform=platform, load=Windows(*installed)) is None
