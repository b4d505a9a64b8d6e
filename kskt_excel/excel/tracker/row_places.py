"""Where the tracker shows the rows of each form: its definition says so, no list of sheets does."""

import re
from collections.abc import Collection, Mapping
from typing import Final

from kskt_excel.model.forms import (
    FIRST_SHEETS,
    LAST_SHEETS,
    SUPERIORS_PAGE,
    VOLUMES_PAGE,
    VOLUMES_SHEET,
    WITH_ROWS,
    Forms,
    SheetForm,
)
from kskt_excel.model.nouns import dataclass
from kskt_excel.model.plan import Plan
from kskt_excel.text.spelling import plain_key, tone_key

LINES: Final = "lines"
"""Id of the block with the rows of the form that a sheet of the tracker is there for."""
_LAST: Final = 1_000_000  # behind every order that a definition gives
# Excel takes only letters and digits in a table's name, and «A1» for a cell.
_NO_NAME: Final = re.compile(r"[^A-Za-z0-9]")


@dataclass(frozen=True, slots=True)
class RowsPlace:
    """Where the rows of one form stand in the tracker."""

    page: str  # id of the sheet
    name: str  # on the tab
    block: str
    owns: bool  # the sheet is there for this form alone, or first of all
    order: int  # of the sheet among those with rows

    @property
    def is_own_page(self) -> bool:
        """Whether the sheet shows nothing but rows of units."""
        return self.page not in WITH_ROWS


def rows_places(forms: Forms) -> Mapping[str, RowsPlace]:
    """The place of every form, in the order in which the tracker shows them."""
    own_pages = {name: page for page, name in {**FIRST_SHEETS, **LAST_SHEETS}.items()}
    taken = {*own_pages.values(), *forms.sheet_by_id}
    sharing: dict[str, list[SheetForm]] = {}
    for form in forms.sheet_by_id.values():
        sharing.setdefault(tone_key(form.tracker or form.sheet), []).append(form)
    found: dict[str, RowsPlace] = {}
    for some in sharing.values():
        name = some[0].tracker or some[0].sheet
        owner = _owner(some, is_ours=name in own_pages)
        page = own_pages.get(name) or (owner.id if owner else _shared_page(name, taken))
        order = min(form.tracker_order or _LAST for form in some)
        for form in some:
            block = LINES if form is owner else form.id
            found[form.id] = RowsPlace(page, name, block, form is owner, order)
    return dict(sorted(found.items(), key=lambda item: item[1].order))


def _shared_page(name: str, taken: Collection[str]) -> str:
    """Id of a sheet that belongs to no form alone, made of its name."""
    page = plain_key(name).replace(" ", "-")
    return f"trang-{page}" if page in taken else page


def _owner(some: list[SheetForm], *, is_ours: bool) -> SheetForm | None:
    """The form whose own sheet it is; on a sheet of the program the first one that names it."""
    if is_ours:
        return some[0]
    return next((form for form in some if not form.tracker), None)


def tracker_sheets(forms: Forms, plan: Plan, *, in_volumes: bool = False) -> dict[str, str]:
    """Names of the tracker's sheets by page id, in the order of the tabs.

    ``in_volumes``: with the sheet that says where the rows are.
    """
    data = {one.page: one.name for one in rows_places(forms).values() if one.is_own_page}
    volumes = {VOLUMES_PAGE: VOLUMES_SHEET} if in_volumes else {}
    sheets = {**FIRST_SHEETS, **volumes, **data, **LAST_SHEETS}
    if not plan.superiors:
        del sheets[SUPERIORS_PAGE]
    return sheets


def table_name(form: SheetForm) -> str:
    """Name of the Excel table of a form's own sheet: as it says, else made of its id."""
    words = (_NO_NAME.sub("", part).capitalize() for part in form.id.split("-"))
    return form.table or f"{''.join(words)}_"
