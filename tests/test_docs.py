"""What the documents promise is there."""

import re
from pathlib import Path

from kskt_excel.cli.commands import ALIASES

ROOT = Path(__file__).parents[1]
PAGES = sorted([ROOT / "README.md", ROOT / "CHANGELOG.md", *(ROOT / "docs").rglob("*.md")])
_LINK = re.compile(r"\]\((?!https?:)([^)#]+)(?:#[^)]*)?\)")


def test_every_link_leads_somewhere() -> None:
    missing = [
        f"{page.relative_to(ROOT)}: {link}"
        for page in PAGES
        for link in _LINK.findall(page.read_text(encoding="utf-8"))
        if not (page.parent / link).exists()
    ]
    assert missing == []


def test_every_command_is_in_the_guide() -> None:
    guide = "\n".join(
        page.read_text(encoding="utf-8")
        for page in PAGES
        if page.parent.name == "huong-dan" and page.name != "lenh.md"
    )
    assert [name for name in ALIASES.values() if f"kskt {name}" not in guide] == []


def test_the_readme_names_the_command_that_the_checks_run() -> None:
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    checks = (ROOT / ".ci" / "run").read_text(encoding="utf-8")
    assert "kskt consolidate 2022-Q1 --as-of 2022-03-18" in readme
    assert "consolidate 2022-Q1 --as-of 2022-03-18" in checks
