"""What the package's sources say of codes: calls that make findings, and every text constant."""

import ast
from collections.abc import Iterator
from functools import cache
from pathlib import Path

PACKAGE = Path(__file__).parents[2] / "kskt_excel"
_MAKERS = {"finding": 0, "fault": 0, "taken": 1}  # name of the function: place of the code


@cache
def trees() -> dict[str, ast.Module]:
    """Every module of the package, by its path."""
    files = sorted(PACKAGE.rglob("*.py"))
    return {
        file.relative_to(PACKAGE).as_posix(): ast.parse(file.read_text(encoding="utf-8"))
        for file in files
    }


@cache
def texts() -> frozenset[str]:
    """Every text constant of the package."""
    return frozenset(
        node.value
        for tree in trees().values()
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    )


def entries_used() -> Iterator[tuple[str, str]]:
    """(module, entry) for every finding whose catalogue entry is written in the call."""
    for module, tree in trees().items():
        for node in ast.walk(tree):
            if isinstance(node, ast.Call):
                yield from ((module, entry) for entry in _entries(node))


def _entries(call: ast.Call) -> Iterator[str]:
    name = call.func.id if isinstance(call.func, ast.Name) else ""
    if name not in _MAKERS:
        return
    templates = [keyword.value for keyword in call.keywords if keyword.arg == "template"]
    codes = call.args[_MAKERS[name] : _MAKERS[name] + 1]
    for value in templates or codes:
        yield from _constants(value)


def _constants(value: ast.expr) -> Iterator[str]:
    """Texts that an expression can be: a constant, or either side of an if."""
    if isinstance(value, ast.Constant) and isinstance(value.value, str):
        yield value.value
    elif isinstance(value, ast.IfExp):
        yield from _constants(value.body)
        yield from _constants(value.orelse)


_MAKERS_WITH_WORDS = {
    # name of the function: place of the code, words that it adds itself
    "finding": (0, frozenset[str]()),
    "over": (0, frozenset(("count",))),
    "remark": (0, frozenset[str]()),
    "taken": (1, frozenset(("given", "column", "example"))),
    "refused": (2, frozenset(("name",))),
    "catalogue_text": (0, frozenset[str]()),
    "_because": (0, frozenset(("ruling",))),
    "DecisionRefusedError": (0, frozenset[str]()),
    "doubt": (0, frozenset[str]()),
    "note": (0, frozenset[str]()),
}
_NO_WORDS = frozenset(("template", "severity", "parties"))


def words_given() -> Iterator[tuple[str, frozenset[str]]]:
    """(entry, words) for every call in which the entry and the names of its words can be read."""
    for module, tree in trees().items():
        for node in ast.walk(tree):
            if isinstance(node, ast.Call):
                yield from _with_words(module, node)


def _with_words(module: str, call: ast.Call) -> Iterator[tuple[str, frozenset[str]]]:
    name = call.func.id if isinstance(call.func, ast.Name) else getattr(call.func, "attr", "")
    own = frozenset(("given", "column", "example"))  # of the text that a parser reads
    place, added = (0, own) if name == "fault" else _MAKERS_WITH_WORDS.get(name, (-1, own))
    words = _named_words(call, name)
    if place < 0 or words is None:
        return
    templates = [keyword.value for keyword in call.keywords if keyword.arg == "template"]
    entries = [entry for value in templates for entry in _constants(value) if entry]
    is_plain = all(isinstance(value, ast.Constant) for value in templates)
    codes = [] if entries and is_plain else call.args[place : place + 1]
    entries += [entry for value in codes for entry in _constants(value)]
    area = {"excel/plan": "plan.", "definitions.py": "form.", "regimes.py": "form."}
    prefix = next((area[part] for part in area if module.startswith(part)), "")
    for entry in entries:
        yield (entry if "." in entry else f"{prefix}{entry}"), words | added


def _named_words(call: ast.Call, name: str) -> frozenset[str] | None:
    """Names of the words in a call; None where some cannot be read in the call itself."""
    words = {keyword.arg for keyword in call.keywords}
    if name == "remark":
        table = call.args[2] if len(call.args) > 2 else None
        if not isinstance(table, ast.Dict) or None in table.keys:
            return None
        words |= {str(key.value) for key in table.keys if isinstance(key, ast.Constant)}
    if None in words:
        return None
    return frozenset(str(word) for word in words) - _NO_WORDS
