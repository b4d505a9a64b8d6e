"""Rates of the Vietnamese text layer, as a Markdown table.

    python benchmarks/text_rates.py [FILE…]

FILE: UTF-8 text with a sentence on each line; without any, the sentences of the tests.
"""

import random
import sys
import time
import unicodedata
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from kskt_excel.text.legacy import decode_sheet
from kskt_excel.text.names import Matcher
from kskt_excel.text.spelling import (
    accented_words,
    clean,
    is_syllable,
    plain_key,
    tone_key,
    undo_mojibake,
)
from kskt_excel.text.values import count
from tests.text.encoders import to_tcvn3, to_tcvn3_pairs, to_vni
from tests.text.sentences import LINES
from tests.text.unit_names import OTHERS, TYPED, UNITS

Row = tuple[str, str]
TRIALS = 3000
SHEETS, CELLS = 400, 40
SLIP_LETTERS = "abcdeghiklmnopqrstuvxy"


def main(files: Sequence[str]) -> None:
    lines = list(LINES) if not files else [line for file in files for line in read(Path(file))]
    print("| phép đo | kết quả |\n|---|---|")
    for measure in (syllables, old_encodings, mojibake, names, speed):
        for what, result in measure(lines):
            print(f"| {what} | {result} |")


def read(file: Path) -> Iterator[str]:
    text = unicodedata.normalize("NFC", file.read_text(encoding="utf-8"))
    return filter(None, map(str.strip, text.splitlines()))


def pieces(lines: Sequence[str], size: int) -> list[str]:
    """Runs of ``size`` words; whole lines for 0."""
    if not size:
        return list(lines)
    split = [line.split() for line in lines]
    return [" ".join(w[i : i + size]) for w in split for i in range(0, len(w), size)]


def syllables(lines: Sequence[str]) -> Iterator[Row]:
    words = [word for line in lines for word in accented_words(line)]
    good = sum(map(is_syllable, words))
    yield "từ có dấu là âm tiết đúng", f"{good} / {len(words)}"


def old_encodings(lines: Sequence[str]) -> Iterator[Row]:
    for size, name in ((0, "cả dòng"), (5, "5 từ"), (2, "2 từ"), (1, "1 từ")):
        texts = pieces(lines, size)
        wrong = sum(bool(decode_sheet({(1, 1): text}, {}).texts) for text in texts)
        yield f"ô Unicode đứng riêng, {name}: bị chuyển nhầm", f"{wrong} / {len(texts)}"
    for name, encode in (("TCVN3", to_tcvn3), ("VNI", to_vni)):
        for size, shown in ((0, "cả dòng"), (5, "5 từ"), (2, "2 từ")):
            texts = [text for text in pieces(lines, size) if encode(text) != text]
            alone = [decode_sheet({(1, 1): encode(t)}, {}).texts.get((1, 1), "") for t in texts]
            right = sum(a.lower() == t.lower() for a, t in zip(alone, texts, strict=True))
            wrong = sum(bool(a) for a in alone) - right
            yield (
                f"ô {name} đứng riêng, {shown}: đọc đúng (sai)",
                f"{right} / {len(texts)} ({wrong})",
            )
    yield from sheets(lines)


def sheets(lines: Sequence[str]) -> Iterator[Row]:
    chance = random.Random(1)
    texts = [*lines, *pieces(lines, 5), *pieces(lines, 2), *pieces(lines, 1)]
    encodings: tuple[tuple[str, Callable[[str], str], Callable[[str], str]], ...] = (
        ("Unicode", str, str),
        ("TCVN3", to_tcvn3, str.lower),
        ("TCVN3 có chữ hoa ghép", to_tcvn3_pairs, str),
        ("VNI", to_vni, str),
    )
    for name, encode, fold in encodings:
        right = 0
        for _ in range(SHEETS):
            chosen = chance.choices(texts, k=CELLS)
            cells = {(row, 1): encode(text) for row, text in enumerate(chosen, start=1)}
            found = decode_sheet(cells, {}).texts
            read_back = [found.get(cell, raw) for cell, raw in cells.items()]
            right += sum(fold(a) == fold(b) for a, b in zip(read_back, chosen, strict=True))
        yield f"trang tính {name}: ô đọc đúng", f"{right} / {SHEETS * CELLS}"


def mojibake(lines: Sequence[str]) -> Iterator[Row]:
    for page in ("cp1252", "cp1258"):
        broken = ["".join(_char(byte, page) for byte in line.encode()) for line in lines]
        right = sum(undo_mojibake(b) == line for b, line in zip(broken, lines, strict=True))
        yield f"UTF-8 đọc nhầm thành {page}: sửa đúng", f"{right} / {len(lines)}"
    good = [text for size in (0, 5, 2, 1) for text in pieces(lines, size)]
    good += [unicodedata.normalize("NFD", text) for text in good]
    wrong = sum(undo_mojibake(text) != text for text in good)
    yield "chữ tốt bị sửa nhầm", f"{wrong} / {len(good)}"


def _char(byte: int, page: str) -> str:
    return bytes([byte]).decode(page, "ignore") or chr(byte)


def names(_: Sequence[str]) -> Iterator[Row]:
    matcher = Matcher(UNITS)
    outcome = Counter(verdict(matcher, value, typed) for value, typed in TYPED)
    yield f"tên đơn vị gõ khác ({len(TYPED)} cách)", shown(outcome)
    wrong = sum(matcher.match(typed).value is not None for typed in OTHERS)
    yield "tên cơ quan khác bị nhận nhầm", f"{wrong} / {len(OTHERS)}"
    for slips in (1, 2, 3):
        chance = random.Random(slips)
        trials = [(value, chance) for value, _ in chance.choices(UNITS, k=TRIALS)]
        outcome = Counter(verdict(Matcher(UNITS), v, slipped(v, slips, c)) for v, c in trials)
        yield f"tên đơn vị có {slips} lỗi gõ ngẫu nhiên", shown(outcome)


def verdict(matcher: Matcher, value: str, typed: str) -> str:
    match = matcher.match(typed)
    if match.value is not None:
        return "nhận đúng" if match.value == value else "SAI"
    return "hỏi, gợi ý đúng trước" if match.suggestions[:1] == (value,) else "hỏi, gợi ý khác"


def shown(outcome: Counter[str]) -> str:
    outcome["SAI"] += 0
    return ", ".join(f"{name} {number}" for name, number in sorted(outcome.items()))


def slipped(text: str, slips: int, chance: random.Random) -> str:
    """The text with letters dropped, doubled, exchanged or replaced."""
    for _ in range(slips):
        at = chance.randrange(len(text) - 1)
        kind = chance.randrange(4)
        middle = (
            "",
            text[at] * 2,
            text[at + 1] + text[at],
            chance.choice(SLIP_LETTERS),
        )[kind]
        text = text[:at] + middle + text[at + (2 if kind == 2 else 1) :]
    return text


def speed(lines: Sequence[str]) -> Iterator[Row]:
    ascii_texts = [f"HS-{number}" for number in range(1000)]
    broken = [unicodedata.normalize("NFD", line) for line in lines]
    sheet = {(row, 1): line for row, line in enumerate(lines, start=1)}
    old = {(row, 1): to_tcvn3(line) for row, line in enumerate(lines, start=1)}
    whole = [float(number) for number in range(1000)]
    cases: tuple[tuple[str, Callable[[], object], int], ...] = (
        ("clean, chữ ASCII", lambda: [clean(text) for text in ascii_texts], 1000),
        ("clean, câu tiếng Việt sạch", lambda: [clean(line) for line in lines], len(lines)),
        ("clean, câu tổ hợp (NFD)", lambda: [clean(line) for line in broken], len(lines)),
        ("decode_sheet, ô Unicode", lambda: decode_sheet(sheet, {}), len(lines)),
        ("decode_sheet, ô TCVN3", lambda: decode_sheet(old, {}), len(lines)),
        ("tone_key, chữ đã gặp", lambda: [tone_key(line) for line in lines], len(lines)),
        ("plain_key, chữ đã gặp", lambda: [plain_key(line) for line in lines], len(lines)),
        ("count, số", lambda: [count(value) for value in whole], len(whole)),
    )
    for name, run, calls in cases:
        yield f"{name}: micro giây một ô", f"{best(run) / calls * 1e6:.2f}"


def best(run: Callable[[], object]) -> float:
    times = []
    for _ in range(20):
        start = time.perf_counter()
        run()
        times.append(time.perf_counter() - start)
    return min(times)


if __name__ == "__main__":
    main(sys.argv[1:])
