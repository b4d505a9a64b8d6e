"""The guide is run: every command of it, as printed, in the order of its pages."""

import re
import shlex
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from kskt_excel.cli.commands import ALIASES, kskt, run
from kskt_excel.cli.options import click
from tests.builders import ROOT
from tests.sample_files import INBOX

GUIDE = ROOT / "docs" / "huong-dan"
APART = ("lenh.md", "mot-nam.md")  # is generated; has a test of its own: tests/test_clerks_year.py
_PAGE = re.compile(r"\]\(([\w-]+\.md)\)")
_BLOCK = re.compile(r"^    (kskt .*?)(?: {2,}.*| +#.*)?$", re.MULTILINE)
_INLINE = re.compile(r"`(kskt [^`]+)`")
_NAME = re.compile(
    r"kskt [a-z-]+(?: (?:parts|waive|close|accept|move|dismiss|show|restore|repair))?"
)
_SCHEMATIC = re.compile(r"…|LỆNH|TỆP|THƯ-MỤC|<")
NOT_HERE = {
    "kskt receive --imap": "a mailbox",
    "kskt return 2022-Q1 --send": "a mail server",
    "kskt issue 2022-Q1 --drafts": "a mailbox",
    "kskt remind --due --drafts": "a mailbox",
    "kskt remind --due --send": "a mail server",
    "kskt convert BC-KSTTHC_2022-Q2_VP.xlsx": "a workbook of an older template",
    "kskt analyse 2021 2022": "reports of 2021",
    "kskt journal backup --to E:/": "a drive E:",
    "kskt form draft bieu-thu-thap.xlsx": "a drawn table of the office",
    "kskt decide revoke --decision 12 --reason": "a decision of that number",
    "kskt decide signed --file": "a scan",
    "kskt decide close-direction --decision 12": "a direction of that number",
    "kskt decide dismiss --file": "foreign files in the inbox",
    "kskt decide move --file": "a file that names no quarter",
}
"""Commands that ask for something that no clean folder has; their shape is tried by --help."""


@dataclass(frozen=True)
class Command:
    """A command of the guide and where it stands."""

    page: str
    text: str

    @property
    def words(self) -> list[str]:
        """What follows ``kskt``."""
        return shlex.split(self.text)[1:]

    @property
    def needs(self) -> str:
        """What it asks for that is not here, "" for nothing."""
        return next((why for start, why in NOT_HERE.items() if self.text.startswith(start)), "")


def commands(page: Path) -> Iterator[Command]:
    """Commands of a page in their order; a bare name in a sentence only names a command."""
    text = page.read_text(encoding="utf-8")
    found = [(match.start(), match[1].strip()) for match in _BLOCK.finditer(text)]
    found += [
        (match.start(), match[1])
        for match in _INLINE.finditer(text)
        if not _NAME.fullmatch(match[1])
        or match[1] in ("kskt verify", "kskt status", "kskt receive")
    ]
    for _, command in sorted(found):
        if not _SCHEMATIC.search(command):
            yield Command(page.name, command.replace("\n", " "))


def pages() -> list[Path]:
    """Pages of the guide in the order of its contents."""
    contents = (GUIDE / "README.md").read_text(encoding="utf-8")
    return [GUIDE / name for name in dict.fromkeys(_PAGE.findall(contents)) if name not in APART]


def sample_workspace(folder: Path) -> Path:
    """A copy of what comes with the program: templates, settings, the sample's inbox."""
    for name in ("templates", "kskt.toml"):
        source = ROOT / name
        (shutil.copytree if source.is_dir() else shutil.copy)(source, folder / name)
    shutil.copytree(INBOX, folder / "workbooks" / "inbox")
    return folder


def test_every_page_is_in_the_contents() -> None:
    written = {path.name for path in GUIDE.glob("*.md")} - {"README.md", *APART}
    assert written == {path.name for path in pages()}


@pytest.mark.long
@pytest.mark.parametrize(
    ("chosen", "least"),
    [
        pytest.param(pages(), 25, id="vi"),
        pytest.param([ROOT / "docs" / "guide-en.md"], 12, id="en"),
    ],
)
def test_every_command_works_as_printed(
    chosen: list[Path],
    least: int,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.chdir(sample_workspace(tmp_path))
    failed: list[str] = []
    tried = 0
    for command in [one for page in chosen for one in commands(page)]:
        words = command.words
        if command.needs:
            words = [words[0], "--help"]
        if words[0] in ("consolidate", "tong-hop"):
            words.append("--no-pdf")  # LibreOffice is tried elsewhere
        code, said = run(words), capsys.readouterr().err
        tried += 1
        if code > (words[0] in ("check", "verify")):  # which tell what they found by 1
            failed.append(f"{command.page}: {command.text} – {said.strip()[-300:]}")
    assert failed == []
    assert tried > least


def test_the_english_guide_tells_the_same_commands() -> None:
    vietnamese = "\n".join(page.read_text(encoding="utf-8") for page in GUIDE.glob("*.md"))
    english = (ROOT / "docs" / "guide-en.md").read_text(encoding="utf-8")
    told, same = (set(re.findall(r"kskt ([a-z][a-z-]+)", text)) for text in (vietnamese, english))
    known = {*ALIASES, *ALIASES.values()}
    assert {ALIASES.get(one, one) for one in told & known} <= {ALIASES.get(o, o) for o in same}


@pytest.mark.parametrize("command", [one for page in pages() for one in commands(page)], ids=str)
def test_the_command_line_understands_the_guide(command: Command) -> None:
    """Names, options and values; that each does its work as printed is tried at length."""
    asked: click.Command = kskt
    words = command.words
    above = click.Context(kskt, **kskt.context_settings)
    while isinstance(asked, click.Group) and words:
        name, found, words = asked.resolve_command(above, words)
        assert found is not None, name
        asked, above = found, click.Context(found, parent=above)
    try:
        asked.make_context(asked.name, [*words], parent=above)
    except click.exceptions.Exit:
        assert "--help" in words
    except click.BadParameter as wrong:  # a file that an earlier command would have made
        if not (wrong.param and isinstance(wrong.param.type, click.Path)):
            raise
