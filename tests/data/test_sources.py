"""The table of sources: a folder is known by its mark, and what opens is a whole `Source`."""

import pytest

from ecgscribe.core.errors import BadOption
from ecgscribe.data.ptbxl import PtbXl
from ecgscribe.data.sources import SOURCES, open_source


def test_a_folder_is_known_by_its_mark(ptbxl):
    source = open_source(ptbxl(rows=3), only_existing=True)
    assert isinstance(source, PtbXl) and len(source) == 3
    assert source.ecg(source.rows[0]).record == "1"


def test_every_source_keeps_the_protocol(ptbxl):
    source = open_source(ptbxl(rows=2))
    row = source.rows[0]
    for name in ("ecg_id", "patient_id", "report", "scp_codes", "superclasses", "strat_fold"):
        assert hasattr(row, name)
    assert len(list(source.good())) == 2 and source.problems == [] and source.name


def test_a_foreign_folder_is_refused_with_the_marks(tmp_path):
    with pytest.raises(BadOption, match=list(SOURCES)[0]):
        open_source(tmp_path)
