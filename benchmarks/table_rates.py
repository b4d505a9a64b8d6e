"""Rates of the table finder on disguised sheets, as a Markdown table.

python benchmarks/table_rates.py
"""

import random
import sys
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from kskt_excel.model.book import Sheet, SheetFacts
from kskt_excel.model.finding import Severity
from kskt_excel.model.reading import Reading
from tests.builders import forms
from tests.reading.books import found, read
from tests.reading.mutations import HEADING, MUTATIONS, Mutation, Rows, changed
from tests.reading.samples import SAMPLES

Row = tuple[str, str]
Content = list[tuple[str, dict[str, object]]]
TRIALS = 1000
LETTERS = "abcdeghiklmnopqrstuvxy"


def main() -> None:
    print("| phép đo | kết quả |\n|---|---|")
    for measure in (one_disguise, three_disguises, misspelt_headings, unknown_heading):
        for what, result in measure():
            print(f"| {what} | {result} |")


def one_disguise() -> Iterator[Row]:
    """Every disguise of every form."""
    verdicts = Counter(verdict(form, (one,)) for form in SAMPLES for one in MUTATIONS)
    yield (
        f"bảng bị thay hình đổi dạng ({len(MUTATIONS)} kiểu × {len(SAMPLES)} biểu)",
        told(verdicts),
    )


def three_disguises() -> Iterator[Row]:
    """Two disguises that leave the headings in their place, then one that need not."""
    chance = random.Random(1)
    last = [one for one in MUTATIONS if one.__name__ in MOVES]
    first = [one for one in MUTATIONS if one.__name__ not in MOVES | {"rows_sorted"}]
    verdicts: Counter[str] = Counter()
    for _ in range(TRIALS):
        chosen = (*chance.sample(first, 2), chance.choice(last))
        if any(one.__name__ in NEVER_BEFORE.get(chosen[-1].__name__, ()) for one in chosen):
            continue
        verdicts[verdict(chance.choice(list(SAMPLES)), chosen)] += 1
    yield f"ba kiểu chồng lên nhau ({verdicts.total()} lần chọn ngẫu nhiên)", told(verdicts)


MOVES = {"without_title", "long_title", "two_columns_before", "two_levels", "two_levels_unmerged"}
MOVES |= {"without_numbering", "without_marks", "reordered", "in_tcvn3", "in_vni"}


NEVER_BEFORE = {
    "in_tcvn3": {"in_nfd"},  # combining marks have no code there
    "in_vni": {"in_nfd"},
    "reordered": {"section_rows", "total_in_the_middle"},  # their labels would move along
}


def misspelt_headings() -> Iterator[Row]:
    """One letter wrong in each of some headings."""
    for slips in (1, 3):
        chance = random.Random(slips)
        verdicts: Counter[str] = Counter()
        for _ in range(TRIALS):
            form = chance.choice(list(SAMPLES))
            sheet = misspelt(SAMPLES[form](), slips, chance)
            verdicts[compared(form, read(sheet), caseless=False)] += 1
        yield f"gõ sai 1 chữ ở {slips} tên cột ({TRIALS} lần)", told(verdicts)


def unknown_heading() -> Iterator[Row]:
    """A heading that was replaced by another word is told, never guessed."""
    verdicts: Counter[str] = Counter()
    for form, make in SAMPLES.items():
        for at in range(len(make().rows[HEADING]) - 1):
            reading = read(with_heading(make(), at, "Nội dung khác"))
            verdicts[compared(form, reading, caseless=False)] += 1
    yield f"tên cột thay bằng từ khác ({verdicts.total()} cột)", told(verdicts)


def verdict(form: str, disguises: tuple[Mutation, ...]) -> str:
    sheet = replace(SAMPLES[form](), facts=SheetFacts())
    names = {one.__name__ for one in disguises}
    for disguise in disguises:
        sheet = disguise(squared(sheet))
    return compared(form, read(sheet, kind="xls"), caseless="in_tcvn3" in names)


def squared(sheet: Sheet) -> Sheet:
    """The sheet with rows of one length, hidden keys last."""
    width = max(map(len, sheet.rows))
    return changed(sheet, lambda rows: [[*row, *(None,) * (width - len(row))] for row in rows])


def compared(form: str, reading: Reading, *, caseless: bool) -> str:
    """Read alike; told or asked about; or read as something else without a word."""
    if same(reading, form, caseless=caseless):
        return GOOD
    codes = {one.code for one in reading.findings}
    if codes & COLUMN_TOLD or any(one.severity is not Severity.INFO for one in reading.findings):
        return TOLD
    return WRONG


GOOD, TOLD, WRONG = "đọc đúng", "nói rõ chỗ chưa đọc được", "SAI mà không nói"
COLUMN_TOLD = {"column.left_out", "column.missing", "column.near"}


def same(reading: Reading, form: str, *, caseless: bool) -> bool:
    as_issued = content(read(SAMPLES[form]()), form, caseless=caseless)
    return content(reading, form, caseless=caseless) == as_issued


def content(reading: Reading, form: str, *, caseless: bool) -> Content:
    """What the unit filled in, by key; small letters where the encoding has no capitals."""
    own = {
        column.key
        for column in forms().sheet_by_id[form].columns
        if not column.given and column.type != "ordinal"
    }
    records = sorted(found(reading, form), key=lambda one: one[0])
    return [
        (
            key,
            {
                name: folded(value) if caseless else value
                for name, value in values.items()
                if name in own
            },
        )
        for key, values in records
    ]


def folded(value: object) -> object:
    return value.casefold() if isinstance(value, str) else value


def misspelt(sheet: Sheet, slips: int, chance: random.Random) -> Sheet:
    columns = len(sheet.rows[HEADING]) - 1
    for at in chance.sample(range(columns), slips):
        text = str(sheet.rows[HEADING][at])
        place = chance.randrange(len(text))
        wrong = text[:place] + chance.choice(LETTERS) + text[place + 1 :]
        sheet = with_heading(sheet, at, wrong)
    return sheet


def with_heading(sheet: Sheet, at: int, text: str) -> Sheet:
    def put(rows: Rows) -> None:
        rows[HEADING][at] = text

    return changed(sheet, put)


def told(verdicts: Counter[str]) -> str:
    return ", ".join(f"{name} {verdicts[name]}" for name in (GOOD, TOLD, WRONG))


if __name__ == "__main__":
    main()
