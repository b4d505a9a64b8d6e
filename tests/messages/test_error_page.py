"""The page of common mistakes is made from the catalogue and is up to date."""

import importlib.util
from pathlib import Path
from types import ModuleType

from kskt_excel.messages import catalogue

_TOOL = Path(__file__).parents[2] / "tools" / "make_error_page.py"


def _tool() -> ModuleType:
    spec = importlib.util.spec_from_file_location("make_error_page", _TOOL)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_the_page_of_common_mistakes_is_up_to_date() -> None:
    tool = _tool()
    written = tool.PAGE.read_text(encoding="utf-8")
    assert written == tool.page(catalogue()), "run python tools/make_error_page.py"


def test_the_page_shows_every_entry_once_and_no_brace() -> None:
    text = _tool().page(catalogue())
    missing = [e.number for e in catalogue().values() if text.count(f"### {e.number}\n") != 1]
    assert missing == []
    assert "{" not in text
