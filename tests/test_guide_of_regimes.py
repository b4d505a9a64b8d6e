"""The examples of the guide on regimes and campaigns are read as they stand there."""

import re
from pathlib import Path

from kskt_excel.regimes import read_regimes

ROOT = Path(__file__).parents[1]
_BLOCK = re.compile(r"(?:^    .*\n|^\n(?=    ))+", re.MULTILINE)


def test_the_examples_of_the_guide_are_regimes_and_campaigns(tmp_path: Path) -> None:
    text = (ROOT / "docs" / "huong-dan" / "bieu-mau.md").read_text(encoding="utf-8")
    blocks = [match[0] for match in _BLOCK.finditer(text) if "kind = " in match[0]]
    for number, block in enumerate(blocks):
        lines = (line.removeprefix("    ") for line in block.splitlines())
        (tmp_path / f"{number}.toml").write_text("\n".join(lines), encoding="utf-8")
    found = read_regimes(tmp_path, ROOT / "templates" / "che-do")
    regime = found.named("2027")
    assert regime is not None
    assert regime.scheme is not None
    assert regime.short == "KSTTHC"
    assert regime.scheme.class_of(1) == "Chưa tốt"
    assert [one.id for one in found.campaigns] == ["tap-huan"]
