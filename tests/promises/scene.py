"""A small workspace in the middle of its work: one quarter put together, new mails in the inbox."""

import shutil
from pathlib import Path

from tests.builders import ROOT
from tests.promises import warm

INBOX = ROOT / "workbooks" / "inbox" / "2022-Q1"
FIRST = ("02-qlcnh.eml", "03-van-phong.eml")
RECORD = ("archive/journal.tip", "archive/so-phu.jsonl")
"""What the ledger notes beside the originals: it tells of runs, also of those that were killed."""
LATER = ("01-thanh-tra.eml", "06-qlkh.eml", "07-qlcnh-sua.eml")


def workspace(folder: Path, *mails: str) -> Path:
    """A workspace with the repository's templates where they are, and some mails."""
    inbox = folder / "workbooks" / "inbox"
    inbox.mkdir(parents=True)
    settings = f"[folders]\ntemplates = '{(ROOT / 'templates').as_posix()}'\n"
    (folder / "kskt.toml").write_text(settings, encoding="utf-8")
    arrive(folder, *mails)
    return folder


def arrive(folder: Path, *mails: str) -> None:
    for name in mails:
        shutil.copy(INBOX / name, folder / "workbooks" / "inbox")


def at_work(folder: Path) -> Path:
    """A workspace whose first mails are put together and which has three more to take in."""
    workspace(folder, *FIRST)
    warm.here(folder, *warm.CONSOLIDATE)
    arrive(folder, *LATER)
    return folder


def outputs(folder: Path) -> dict[str, bytes]:
    """Everything that a run leaves for people and for the next run, by path."""
    root = folder / "workbooks"
    names = [path.relative_to(root).as_posix() for path in sorted(root.rglob("*.*"))]
    own = ("inbox/", "tracker/luu/", "journal-luu/", *RECORD)
    kept = [name for name in names if not name.startswith(own)]
    return {
        name: (root / name).read_bytes()
        for name in kept
        if (root / name).is_file() and not name.endswith(".lock")
    }


def copy(folder: Path, name: str) -> Path:
    """A copy of a workspace beside it."""
    return Path(shutil.copytree(folder, folder.parent / name))
