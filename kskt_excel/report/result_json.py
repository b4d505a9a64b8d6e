"""The result of ``consolidate`` for programs: JSON, the same bytes every time."""

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from kskt_excel.model.consolidation import Consolidation, FormTable
from kskt_excel.model.forms import Forms
from kskt_excel.model.reading import Value
from kskt_excel.model.submission import Submission
from kskt_excel.report.check_json import Json, findings_json

RESULT_SCHEMA = "kskt.result/1"
_CONTROL = (
    "files_in",
    "accepted",
    "returned",
    "superseded",
    "duplicates",
    "unreadable",
    "not_reports",
    "rows_in",
    "rows_out",
)
_FIRST_FIGURE = 3  # columns 1 and 2 are the ordinal and the label


def result(
    consolidation: Consolidation, outputs: Iterable[Path | str], *, forms: Forms
) -> dict[str, object]:
    """The result of ``consolidate``; paths as given, with forward slashes."""
    window = consolidation.window
    return {
        "schema": RESULT_SCHEMA,
        "period": {
            "id": consolidation.period.id,
            "from": window.start.isoformat(),
            "to": window.end.isoformat(),
        },
        "as_of": consolidation.as_of.isoformat(timespec="seconds"),
        "control": {name: consolidation.counts.get(name, 0) for name in _CONTROL},
        "submissions": [_submission(one) for one in consolidation.submissions],
        "missing": list(consolidation.missing),
        "forms": _forms(consolidation, forms),
        "tasks": [
            {
                "code": task.code,
                "status": task.status,
                "percent": plain(task.percent),
                "overdue": task.overdue,
            }
            for task in consolidation.tasks
        ],
        "indicators": [
            {
                "id": one.id,
                "numerator": plain(one.numerator),
                "denominator": plain(one.denominator),
                "value": one.value,
            }
            for one in consolidation.indicators
        ],
        "outputs": [Path(path).as_posix() for path in outputs],
    }


def plain(value: Value) -> Value:
    """A whole number without a decimal part; anything else as it is."""
    return int(value) if isinstance(value, float) and value.is_integer() else value


def _submission(one: Submission) -> Json:
    return {
        "unit": one.unit,
        "version": one.version,
        "verdict": one.verdict.value,
        "file": one.file,
        "sha256": one.sha256,
        "received_at": one.received_at.isoformat(timespec="seconds"),
        "late_days": one.late_days,
        "findings": findings_json(one.findings),
    }


def _forms(consolidation: Consolidation, forms: Forms) -> dict[str, Json]:
    figures = {
        form.id: [
            column.number
            for column in form.columns
            if int(column.number) >= _FIRST_FIGURE and column.type in ("count", "percent")
        ]
        for form in forms.printed_on(consolidation.window.end)
    }
    return {id_: _table(table, figures[id_]) for id_, table in consolidation.forms.items()}


def _table(table: FormTable, numbers: Sequence[str]) -> Json:
    """Rows and total; a row without figures (not sent, left blank) has null in every column."""
    return {
        "rows": [{"key": row.key, "values": _values(row.values, numbers)} for row in table.rows],
        "total": _values(table.total, numbers),
    }


def _values(values: Mapping[str, Value], numbers: Sequence[str]) -> dict[str, Value]:
    return {number: plain(values.get(number)) for number in numbers}
