"""The dossier of a period (hồ sơ lưu của kỳ): one ZIP and one PDF for auditors and successors.

What counted, under readable names; every receipt and decision with who, when and why; what was
published; a manifest of hashes, and a page that says how to check it. The same state gives the same
bytes: PDFs are those that stand beside the summaries, and the merged one is made again only when
something in it has changed.
"""

import csv
import datetime as dt
import hashlib
import io
import logging
import re
import tempfile
import zipfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path, PurePosixPath

from kskt_excel.excel.printed.page_writer import summary_workbook
from kskt_excel.excel.printed.pdf import find_pdf_program, to_pdf
from kskt_excel.ledger import archive
from kskt_excel.ledger.decisions import what_was_decided
from kskt_excel.ledger.journal import Receipt
from kskt_excel.ledger.safe_files import ZIP_TIME
from kskt_excel.model.calendar import in_vietnam
from kskt_excel.model.consolidation import Consolidation
from kskt_excel.model.errors import KsktError
from kskt_excel.model.submission import Decision, Submission
from kskt_excel.office.desk import Desk
from kskt_excel.office.outcome import Outcome, ScreenLine
from kskt_excel.office.outputs import latest_files, write_outputs
from kskt_excel.office.publication import summary_subject
from kskt_excel.office.quarter import PeriodWork
from kskt_excel.office.record import FIRST_PAGE, mark_of_all
from kskt_excel.report.page import PageCell, PageColumn, PageRow, PageTable, PrintedPage, frame
from kskt_excel.text.shown import office_moment

# of a damaged file pypdf says in English what a remark says in ours
logging.getLogger("pypdf").addHandler(logging.NullHandler())

_MANIFEST = "MANIFEST.sha256"
_SOURCE = "/KsktSource"  # in the merged PDF: hash of all that it was made from
_NOT_PLAIN = re.compile(r"[^A-Za-z0-9.-]+")

_WHO_MAY_HAVE_IT = (
    "Hồ sơ có bản gốc do các đơn vị gửi, có thể chứa thông tin cá nhân của công dân:"
    " chỉ giao cho người có thẩm quyền."
)
_HOW_TO_CHECK = """\
HỒ SƠ LƯU {label}
{agency}

Hồ sơ này chứa bản gốc do các đơn vị gửi, có thể có thông tin cá nhân của công dân.
Chỉ giao cho người có thẩm quyền; không đăng tải.

Trong hồ sơ có:
  1-ban-goc/    bản gốc của các báo cáo được tính, nguyên từng byte
  2-ban-ky/     bản ký của các báo cáo được tính (nếu có)
  3-san-pham/   sổ theo dõi, các biểu tổng hợp, tóm tắt, báo cáo như đã lập
  so-nhan.csv   mọi lần nhận của kỳ: lúc nào, của ai, kết luận gì
  quyet-dinh.csv  các quyết định của Văn phòng: ai, lúc nào, vì sao
  {manifest}  mã SHA-256 của từng tệp

Cách kiểm tra hồ sơ còn nguyên:
  - Linux: giải nén rồi chạy  sha256sum -c {manifest}
  - Windows (PowerShell): Get-FileHash tệp, so với dòng của tệp đó trong {manifest}
  - Tính lại mọi con số: chép kho lưu và sổ nhận vào một nơi làm việc rồi chạy kskt verify

{record}
"""


@dataclass
class PeriodArchive:
    """The files of a dossier by their path in it, and what a person must know of them."""

    files: dict[str, bytes] = field(default_factory=dict)
    rows: list[tuple[str, str, str, str]] = field(default_factory=list)  # of the list of contents
    remarks: list[str] = field(default_factory=list)

    def add(self, path: str, data: bytes, what: str, received: str = "", note: str = "") -> None:
        """Puts a file into the dossier, with its line in the list of contents."""
        self.files[path] = data
        self.rows.append((path, what, received, note))

    def packed(self) -> bytes:
        """The ZIP, its manifest included: equal files give equal bytes."""
        lines = [
            f"{hashlib.sha256(data).hexdigest()}  {path}\n"
            for path, data in sorted(self.files.items())
        ]
        everything = self.files | {_MANIFEST: "".join(lines).encode()}
        target = io.BytesIO()
        with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED, compresslevel=6) as package:
            for path, data in sorted(everything.items()):
                entry = zipfile.ZipInfo(path, ZIP_TIME)
                entry.compress_type = zipfile.ZIP_DEFLATED
                entry.external_attr = 0o640 << 16
                package.writestr(entry, data)
        return target.getvalue()


def write_period_archive(desk: Desk, work: PeriodWork, *, pdf: bool | None) -> Outcome:
    """Writes ZIP and PDF of the dossier beside the period's summaries. Raises KsktError."""
    folder = desk.workspace.summaries / work.period.id
    stem = f"ho-so-luu-{work.period.id}"
    made = _collected(desk, work)
    files: list[tuple[Path, bytes]] = []
    merged = _merged(desk, work, made, folder / f"{stem}.pdf", pdf=pdf)
    if merged:
        files.append((folder / f"{stem}.pdf", merged))
        made.files[f"{stem}.pdf"] = merged
    files.insert(0, (folder / f"{stem}.zip", made.packed()))
    written = write_outputs(desk, work.period, "dossier", files)
    shown = [desk.workspace.shown(path) for path in written.paths]
    lines = [ScreenLine(text, "warn", aside=True) for text in made.remarks]
    lines += [
        ScreenLine(f"{'Giữ nguyên' if path in written.kept else 'Đã ghi'} {name}", "good")
        for path, name in zip(written.paths, shown, strict=True)
    ]
    lines.append(ScreenLine(f"{len(made.files)} tệp trong hồ sơ lưu {work.period.label}."))
    return Outcome(
        tuple(lines),
        {
            "schema": "kskt.dossier/1",
            "period": work.period.id,
            "files": sorted(made.files),
            "outputs": shown,
        },
        data=made,
    )


def period_archive_paths(desk: Desk, work: PeriodWork) -> list[Path]:
    """Paths of the dossier's ZIP and PDF, whether or not they are there."""
    folder, stem = desk.workspace.summaries / work.period.id, f"ho-so-luu-{work.period.id}"
    return [folder / f"{stem}.zip", folder / f"{stem}.pdf"]


def _collected(desk: Desk, work: PeriodWork) -> PeriodArchive:
    made = PeriodArchive()
    for one in work.whole.reports:
        _add_original(made, desk, one.submission, "1-ban-goc", "Bản gốc báo cáo được tính")
        for copy in one.submission.signed:
            sent = replace(one.submission, sha256=copy.sha256, file=copy.file)
            sent = replace(sent, received_at=copy.received_at)
            _add_original(made, desk, sent, "2-ban-ky", "Bản ký của báo cáo được tính")
    _add_products(made, desk, work)
    quarters = {one.id for one in work.period.quarters}
    made.add("so-nhan.csv", _csv(_receipts(desk, quarters)), "Mọi lần nhận của kỳ")
    decisions = _csv(_decisions(desk, quarters | {work.period.id}))
    made.add("quyet-dinh.csv", decisions, "Quyết định của Văn phòng")
    readme = _HOW_TO_CHECK.format(
        label=work.period.label.upper(),
        agency=work.plan.agency,
        manifest=_MANIFEST,
        record=mark_of_all(desk, quarters).words,
    )
    made.files[FIRST_PAGE] = readme.replace("\n", "\r\n").encode("utf-8-sig")
    return made


def _add_original(
    made: PeriodArchive, desk: Desk, sent: Submission, folder: str, what: str
) -> None:
    path = desk.workspace.archive
    receipt = next(one for one in desk.state.receipts if one.sha256 == sent.sha256)
    data = archive.load_original(path, sent.sha256, archived=receipt.archived)
    suffix = PurePosixPath(receipt.archived).suffix
    version = f"lan{sent.version}_" if sent.version else ""
    name = f"{_plain(sent.unit)}_{version}{sent.sha256[:12]}{suffix}"
    whose = f"{what}: {sent.unit}, {sent.period}" + (f", lần {sent.version}" if version else "")
    received = office_moment(sent.received_at)
    made.add(f"{folder}/{sent.period}/{name}", data, whose, received, sent.file)


def _plain(code: str) -> str:
    return _NOT_PLAIN.sub("-", code.replace("Đ", "D").replace("đ", "d")) or "chua-ro"


def _add_products(made: PeriodArchive, desk: Desk, work: PeriodWork) -> None:
    """What was published, as it stands; what was changed by hand since is said."""
    written = latest_files(desk.journal.lines())
    folder = desk.workspace.summaries / work.period.id
    products = [
        path
        for path in sorted(folder.glob("*"))
        if path.is_file() and not path.name.startswith(("ho-so-luu-", "~$", "."))
    ]
    trackers = [one for one in desk.workspace.tracker_files(work.period) if one.is_file()]
    for path in [*products, *trackers]:
        data = path.read_bytes()
        recorded = written.get(desk.workspace.shown(path))
        is_changed = recorded is not None and recorded != hashlib.sha256(data).hexdigest()
        note = "đã sửa sau khi lập" if is_changed and path not in trackers else ""
        if note:
            made.remarks.append(
                f"{desk.workspace.shown(path)} đã được sửa sau khi chương trình lập;"
                " hồ sơ lưu giữ bản đang có và ghi rõ điều đó trong mục lục."
            )
        made.add(f"3-san-pham/{path.name}", data, "Sản phẩm của kỳ", "", note)
    if not products:
        made.remarks.append(
            f"Chưa có biểu tổng hợp {work.period.label} để đưa vào hồ sơ."
            f" Đề nghị chạy trước: kskt consolidate {work.period.id}"
        )


def _receipts(desk: Desk, quarters: set[str]) -> Iterator[Sequence[object]]:
    yield ("Số", "Nhận lúc", "Đơn vị", "Kỳ", "Tệp", "Qua", "Kết luận khi nhận", "SHA-256")
    for line in desk.journal.lines():
        one = line.payload
        if isinstance(one, Receipt) and one.period in quarters:
            at = one.received_at.isoformat(timespec="seconds")
            yield (
                *(line.seq, at, one.unit, one.period, one.name, one.channel),
                *(one.verdict.label, one.sha256),
            )


def _decisions(desk: Desk, periods: set[str]) -> Iterator[Sequence[object]]:
    yield ("Số", "Lúc", "Người quyết định", "Nội dung", "Lý do")
    own = {one.id for one in _all_decisions(desk) if one.period in ("", *periods)}
    for one in _all_decisions(desk):
        if one.id in own or one.revokes in own:
            at = one.at.isoformat(timespec="seconds")
            yield one.id, at, one.by, what_was_decided(one), one.reason


def _all_decisions(desk: Desk) -> Iterator[Decision]:
    for line in desk.journal.lines():
        if isinstance(line.payload, Decision):
            yield line.payload


def _csv(rows: Iterable[Sequence[object]]) -> bytes:
    """CSV as Excel opens it in a Vietnamese Windows: BOM, semicolons, no text that is a formula."""
    target = io.StringIO()
    writer = csv.writer(target, delimiter=";", lineterminator="\r\n")
    for row in rows:
        writer.writerow([f"'{x}" if str(x)[:1] in "=+-@\t\r" and str(x) else x for x in row])
    return target.getvalue().encode("utf-8-sig")


def _merged(
    desk: Desk, work: PeriodWork, made: PeriodArchive, path: Path, *, pdf: bool | None
) -> bytes | None:
    """List of contents and every PDF as one; what stands there, where nothing has changed."""
    from pypdf import PdfReader, PdfWriter

    pdfs = {
        name: data for name, data in sorted(made.files.items()) if name.lower().endswith(".pdf")
    }
    made_on = replace(work.whole, as_of=_last_recorded(desk, work))
    listed = _contents(work, made_on, made)
    contents = summary_workbook([listed], created=made_on.as_of, about=summary_subject(work))
    source = hashlib.sha256(contents + b"".join(map(_digest, pdfs.values()))).hexdigest()
    if path.is_file():
        kept = path.read_bytes()
        if _source_of(kept) == source:
            return kept
    page = _printed(desk, contents, made, pdf=pdf)
    if page is None:
        return None
    writer = PdfWriter()
    for name, data in {"Mục lục": page, **pdfs}.items():
        try:
            start = len(writer.pages)
            for one in PdfReader(io.BytesIO(data)).pages:
                writer.add_page(one)
            writer.add_outline_item(title=PurePosixPath(name).name, page_number=start)
        except Exception:  # noqa: BLE001  # a unit's PDF: whatever its parser stumbles over
            made.remarks.append(
                f"{name} không ghép được vào tệp PDF chung; tệp vẫn có nguyên trong hồ sơ nén."
            )
    title = f"Hồ sơ lưu {work.period.label} - {work.plan.agency}"
    writer.add_metadata({"/Title": title, "/Author": work.plan.agency, _SOURCE: source})
    target = io.BytesIO()
    writer.write(target)
    return target.getvalue()


def _digest(data: bytes) -> bytes:
    return hashlib.sha256(data).digest()


def _source_of(data: bytes) -> str:
    from pypdf import PdfReader
    from pypdf.errors import PyPdfError

    try:
        found: Mapping[str, object] = PdfReader(io.BytesIO(data)).metadata or {}
    except (PyPdfError, OSError, ValueError):  # somebody's own file under this name
        return ""
    return str(found.get(_SOURCE, ""))


def _printed(desk: Desk, contents: bytes, made: PeriodArchive, *, pdf: bool | None) -> bytes | None:
    """The list of contents on paper; None where there is no LibreOffice or none is asked for."""
    settings = desk.workspace.settings.pdf
    program = find_pdf_program(settings.soffice) if pdf is not False else None
    if program is None:
        if pdf is not False:
            made.remarks.append(
                "Máy không có LibreOffice (hoặc Excel, Word trên Windows) nên chưa lập tệp PDF"
                " chung của hồ sơ; tệp nén đã đủ."
            )
        return None
    with tempfile.TemporaryDirectory(prefix="kskt-ho-so-") as temporary:
        book = Path(temporary, "muc-luc.xlsx")
        book.write_bytes(contents)
        try:
            (page,) = to_pdf([book], Path(temporary), program=program, seconds=settings.seconds)
        except KsktError as error:
            if pdf:
                raise
            made.remarks.append(str(error))
            return None
        return page.read_bytes()


def _last_recorded(desk: Desk, work: PeriodWork) -> dt.datetime:
    """When the last file or decision of the period came: the dossier is one of that day.

    Whoever makes it again later gets the same one.
    """
    mark = mark_of_all(desk, {one.id for one in work.period.quarters})
    days = [in_vietnam(at) for at in (mark.received_at, mark.decided_at) if at]
    return max(days, default=work.whole.as_of)


def _contents(work: PeriodWork, whole: Consolidation, made: PeriodArchive) -> PrintedPage:
    """The first page: what is in the dossier, how to check it, and whom it may be given to."""
    columns = (
        PageColumn(("STT",), "1", 40),
        PageColumn(("Tệp trong hồ sơ",), "2", 260, "left"),
        PageColumn(("Là gì",), "3", 200, "left"),
        PageColumn(("Nhận lúc",), "4", 110),
        PageColumn(("Tên khi gửi, ghi chú",), "5", 160, "left"),
        PageColumn(("SHA-256 (16 ký tự đầu)",), "6", 130),
    )
    rows = tuple(
        PageRow(
            (
                PageCell(number, "label"),
                PageCell(path),
                PageCell(what),
                PageCell(received or None, "label"),
                PageCell(note or None),
                PageCell(hashlib.sha256(made.files[path]).hexdigest()[:16], "label"),
            )
        )
        for number, (path, what, received, note) in enumerate(made.rows, 1)
    )
    return PrintedPage(
        name="Mục lục",
        title=("MỤC LỤC HỒ SƠ LƯU", f"Kiểm soát thủ tục hành chính {work.period.label}"),
        period_line=f"{work.period.label}",
        frame=frame(work.plan, whole),
        tables=(PageTable(columns, rows),),
        paragraphs=(
            _WHO_MAY_HAVE_IT,
            f"Mã SHA-256 đầy đủ của từng tệp: {_MANIFEST}; cách kiểm tra: {FIRST_PAGE}.",
        ),
        footer=f"Hồ sơ lưu - {work.period.label}",
    )
