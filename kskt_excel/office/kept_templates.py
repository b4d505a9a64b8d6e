"""The templates as a run has read them (mẫu đã đọc): kept until a file of theirs is another.

Without it each command parses the plan workbook and some forty text files first: a third of the
processor that the check of one file takes.
"""

import hashlib
from collections.abc import Iterator

from kskt_excel.ledger.cache import Cache
from kskt_excel.model.packed_templates import Templates, pack_templates, unpack_templates
from kskt_excel.program import file_stamps
from kskt_excel.workspace import Workspace, packaged_templates

_CONTEXT = "templates"


def templates_key(workspace: Workspace, year: int) -> str:
    """What the templates of a year are made from; "" where no plan has the name of that year."""
    digest = hashlib.sha256()
    try:
        packaged = file_stamps(str(packaged_templates()))
        plan = (workspace.templates / f"ke-hoach-{year}.xlsx").read_bytes()
        for part in (b"%d" % year, plan, *_texts(workspace), *packaged):
            digest.update(b"%d\0" % len(part))
            digest.update(part)
    except OSError:
        return ""
    return digest.hexdigest()


def read_templates(workspace: Workspace, key: str) -> Templates | None:
    """The templates that are kept under a key; nothing of the workspace is written."""
    with Cache(workspace.cache, is_only_read=True) as cache:
        packed = cache.get(key, _CONTEXT)
    return unpack_templates(packed) if packed else None


def keep_templates(workspace: Workspace, key: str, templates: Templates) -> None:
    """Keeps templates for the next run."""
    with Cache(workspace.cache) as cache:
        cache.put(key, _CONTEXT, pack_templates(templates))


def _texts(workspace: Workspace) -> Iterator[bytes]:
    """Names and bytes of the definitions and regimes. Raises OSError."""
    for folder in (workspace.forms, workspace.regimes):
        for file in sorted(folder.glob("*.toml")):
            yield file.name.encode()
            yield file.read_bytes()
