"""What the decision on dependencies says of the libraries that are installed together."""

import openpyxl
import openpyxl.xml
import pytest
from openpyxl.xml.functions import fromstring


def test_openpyxl_parses_with_lxml_and_reads_rows_with_defusedxml() -> None:
    assert openpyxl.LXML
    assert openpyxl.xml.DEFUSEDXML


def test_entities_in_what_openpyxl_reads_come_to_nothing() -> None:
    text = b'<!DOCTYPE a [<!ENTITY e "nhieu">]><a>&e;</a>'
    assert fromstring(text).text is None


def test_rows_with_entities_are_refused() -> None:
    import io

    from defusedxml import EntitiesForbidden
    from openpyxl.worksheet._reader import iterparse

    with pytest.raises(EntitiesForbidden):
        list(iterparse(io.BytesIO(b'<!DOCTYPE a [<!ENTITY e "nhieu">]><a>&e;</a>')))
