"""Form definitions as TOML files: read, checked, turned into Forms."""

import datetime as dt
import hashlib
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any, TypeVar

from kskt_excel.model.errors import KsktError
from kskt_excel.model.forms import Column, Forms, PrintedColumn, PrintedForm, Relation, SheetForm

T = TypeVar("T")


class FormDefinitionError(KsktError):
    """A form definition file that cannot be used."""

    def __init__(self, file: str, why: str) -> None:
        super().__init__(
            f"Định nghĩa biểu mẫu {file} chưa dùng được: {why}."
            " Hãy sửa tệp này, hoặc chép lại bản gốc từ bộ cài vào thư mục templates/bieu-mau."
        )


def load_forms(folder: Path) -> Forms:
    """Every definition in a folder, ordered by their ``order`` then valid_from.

    Raises FormDefinitionError naming the file.
    """
    files = sorted(folder.glob("*.toml"))
    if not files:
        raise FormDefinitionError(str(folder), "thư mục không có tệp .toml nào")
    digest = hashlib.sha256()
    tables: list[tuple[str, Mapping[str, Any]]] = []
    for file in files:
        data = file.read_bytes()
        digest.update(file.name.encode() + b"\0" + data)
        tables.append((file.name, _parse(file.name, data)))
    tables.sort(
        key=lambda named: (named[1].get("order", 0), named[1].get("valid_from", dt.date.min))
    )
    return Forms(
        sheets=tuple(_sheet(name, t) for name, t in tables if t.get("kind") == "sheet"),
        printed=tuple(_printed(name, t) for name, t in tables if t.get("kind") == "printed"),
        sha256=digest.hexdigest(),
    )


def _parse(name: str, data: bytes) -> Mapping[str, Any]:
    try:
        table = tomllib.loads(data.decode("utf-8"))
    except (UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise FormDefinitionError(name, f"tệp không đúng dạng TOML ({error})") from error
    if table.get("kind") not in ("sheet", "printed"):
        raise FormDefinitionError(name, 'thiếu dòng kind = "sheet" hoặc kind = "printed"')
    return table


def _sheet(name: str, table: Mapping[str, Any]) -> SheetForm:
    own = {k: v for k, v in table.items() if k not in ("kind", "order", "column", "identity")}
    columns = tuple(_column(name, column) for column in table.get("column", ()))
    relations = _relations(name, table)
    keys = {column.key for column in columns}
    if table.get("layout") != "labels":
        _refuse_unknown(name, relations, keys)
    return _made(name, SheetForm, _tuples(own) | {"columns": columns, "identities": relations})


def _printed(name: str, table: Mapping[str, Any]) -> PrintedForm:
    own = {k: v for k, v in table.items() if k not in ("kind", "order", "column", "identity")}
    columns = tuple(_printed_column(name, column) for column in table.get("column", ()))
    relations = _relations(name, table)
    _refuse_unknown(name, relations, {column.number for column in columns})
    parts = {"columns": columns, "identities": relations, "file": name}
    return _made(name, PrintedForm, _tuples(own) | parts)


def _column(name: str, table: Mapping[str, Any]) -> Column:
    own = {k: v for k, v in table.items() if k != "heading_from"}
    dated = tuple((entry["from"], entry["heading"]) for entry in table.get("heading_from", ()))
    return _made(name, Column, _tuples(own) | {"headings_from": dated})


def _printed_column(name: str, table: Mapping[str, Any]) -> PrintedColumn:
    own = {k: v for k, v in table.items() if k != "header_from"}
    dated = tuple((entry["from"], tuple(entry["header"])) for entry in table.get("header_from", ()))
    return _made(name, PrintedColumn, _tuples(own) | {"headers_from": dated})


def _relations(name: str, table: Mapping[str, Any]) -> tuple[Relation, ...]:
    return tuple(_made(name, Relation, _tuples(entry)) for entry in table.get("identity", ()))


def _refuse_unknown(name: str, relations: tuple[Relation, ...], keys: set[str]) -> None:
    for relation in relations:
        unknown = {*relation.left, *relation.right, *relation.minus} - keys
        if unknown:
            raise FormDefinitionError(
                name, f"đẳng thức {relation.code} nhắc cột không có: {unknown}"
            )


def _tuples(table: Mapping[str, Any]) -> dict[str, Any]:
    return {k: tuple(v) if isinstance(v, list) else v for k, v in table.items()}


def _made(name: str, kind: type[T], values: Mapping[str, Any]) -> T:
    try:
        return kind(**values)
    except TypeError as error:
        raise FormDefinitionError(name, f"thừa hoặc thiếu mục ({error})") from error
