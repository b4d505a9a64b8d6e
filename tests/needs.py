"""Programs that some tests judge by: LibreOffice, poppler, Dovecot, PostgreSQL.

On a machine without one of them its tests are left out and say which package would bring it; where
CI is set nothing is left out: there its absence is a failure.
"""

import os
import shutil
from pathlib import Path

import pytest


def needs(program: str, package: str, *folders: str) -> Path:
    """The path of a program, looked for on PATH and then in ``folders``."""
    found = shutil.which(program, path=os.pathsep.join([os.environ.get("PATH", ""), *folders]))
    if found:
        return Path(found)
    sentence = f"{program} is not on this machine; Debian's package {package} brings it"
    if os.environ.get("CI"):
        pytest.fail(sentence)
    pytest.skip(sentence)


def needs_corpus() -> Path:
    """The folder of foreign files; told and left out where the project stands alone."""
    folder = Path(__file__).parents[2] / "shared" / "corpus"
    if not folder.is_dir():
        pytest.skip(f"no foreign files at {folder}")
    return folder
