"""Findings for programs: the JSON of check, which loads nothing of a quarter's consolidation."""

from collections.abc import Iterable, Mapping, Sequence

from kskt_excel import messages
from kskt_excel.model.finding import Finding
from kskt_excel.model.nouns import dataclass
from kskt_excel.model.submission import Checked, Verdict
from kskt_excel.text.pii import mask_title, without_names

CHECK_SCHEMA = "kskt.check/1"

Json = Mapping[str, object]


@dataclass(frozen=True, slots=True)
class CheckedFile:
    """A file that was checked without touching the workspace."""

    file: str
    unit: str
    period: str
    verdict: Verdict
    findings: tuple[Finding, ...]

    @classmethod
    def of(cls, file: str, checked: Checked) -> "CheckedFile":
        """What a check gave, under the file's shown name."""
        identity = checked.reading.identity if checked.reading else None
        unit, period = (identity.unit, identity.period) if identity else ("", "")
        findings = tuple(map(without_names, checked.findings))
        return cls(mask_title(file), unit, period, checked.verdict, findings)


def check_result(files: Sequence[CheckedFile]) -> dict[str, object]:
    """The result of ``check``: a verdict and findings for each file, in the order given."""
    return {
        "schema": CHECK_SCHEMA,
        "files": [
            {
                "file": one.file,
                "unit": one.unit,
                "period": one.period,
                "verdict": one.verdict.value,
                "findings": findings_json(one.findings),
            }
            for one in files
        ],
    }


def findings_json(findings: Iterable[Finding]) -> list[Json]:
    """Findings with their places and sentences; a grouped one has an entry for each of its cells.

    ``also`` names the cells that take part in a fault without being surer than its own.
    ``explanation`` is there where the unit has answered on the result sheet. ``sheet`` and
    ``cell`` are "" for what concerns the whole file or the whole sheet.
    """
    return [
        {
            "code": finding.code,
            "severity": finding.severity.value,
            "sheet": cell.sheet if cell else "",
            "cell": cell.a1 if cell else "",
            "message": messages.sentence(finding),
            **({"also": [at.a1 for at in finding.involved]} if finding.involved else {}),
            **({"explanation": finding.explanation} if finding.explanation else {}),
        }
        for finding in findings
        for cell in finding.cells or (None,)
    ]
