"""Workspaces with mails of the sample, for tests that go through the whole office."""

import shutil
from pathlib import Path

from tests.builders import ROOT

INBOX = ROOT / "workbooks" / "inbox"


def workspace(folder: Path, *files: str, settings: str = "") -> Path:
    """A workspace with the repository's templates where they are and some files in its inbox."""
    inbox = folder / "workbooks" / "inbox"
    inbox.mkdir(parents=True)
    templates = f"[folders]\ntemplates = '{(ROOT / 'templates').as_posix()}'\n"
    (folder / "kskt.toml").write_text(templates + settings, encoding="utf-8")
    for name in files:
        shutil.copy(INBOX / name, inbox)
    return folder


def everything(folder: Path) -> dict[str, bytes]:
    """All files of a folder and below, by path."""
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }
