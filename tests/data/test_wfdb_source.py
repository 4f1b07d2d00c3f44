"""WFDB folders: SNOMED codes and LUDB's words become statements, numbers and folds stay the same everywhere."""

import numpy as np
import pytest
from ptbxl_folder import wave_mv, write_record

from ecgscribe.core.errors import BadOption, BadRecord
from ecgscribe.core.report import Statement
from ecgscribe.data.ludb_words import in_caption_words
from ecgscribe.data.sources import open_source
from ecgscribe.data.wfdb_source import WfdbFolder
from ecgscribe.text.snomed import concepts, statements_of_snomed
from ecgscribe.text.statement_table import kinds
from ecgscribe.text.statements import canonical


def folder_of(tmp_path, **comments):
    """One record each in `tmp_path`/georgia, with these lines after its header; "." in a key is a folder."""
    for name, lines in comments.items():
        stem = tmp_path / "georgia" / name
        write_record(stem, wave_mv(3, 500), 500)
        header = stem.with_name(f"{name}.hea")
        header.write_text(header.read_text() + "".join(f"{line}\n" for line in lines))
    return tmp_path


def test_every_statement_of_the_table_is_one_that_captions_can_say():
    held = [concept.statement for concept in concepts().values() if concept.statement]
    assert len(held) > 100 and {statement.code for statement in held} <= set(kinds())
    assert all(canonical([statement]) == (statement,) for statement in held)
    assert all(concept.why for concept in concepts().values() if concept.statement is None)


def test_codes_become_statements_and_unknown_ones_are_told():
    found = statements_of_snomed(["426177001", "54329005", "59118001", "233917008", "1"])
    assert [statement.code for statement in found.statements] == ["SBRAD", "CRBBB", "AMI"]
    assert found.statements[2].territory == ("anterior",) and found.unmapped == ("233917008", "1")


def test_a_record_with_codes_is_a_row_with_statements(tmp_path):
    lines = ("# Age: 65", "# Sex: Male", "# Dx: 427084000,164873001,53741008")
    source = WfdbFolder(folder_of(tmp_path, E1=lines, E2=("# Age: NaN", "# Sex: Female", "# Dx: Unknown")))
    one, two = source.rows
    assert (one.source, one.record, one.patient_id) == ("georgia", "E1", "georgia/E1")
    assert (one.age, one.sex, two.age, two.sex) == (65.0, "male", None, "female")
    assert one.statements == (Statement("STACH"), Statement("LVH"))
    assert (one.scp_codes, one.superclasses) == ({"LVH": 0.0, "STACH": 0.0}, ("HYP",))
    assert source.unmapped == {"53741008": 1} and two.statements == ()
    assert 1 <= one.strat_fold <= 10 and one.ecg_id > 2**47 and one.ecg_id != two.ecg_id
    assert source.rows == WfdbFolder(tmp_path).rows and isinstance(open_source(tmp_path), WfdbFolder)
    assert WfdbFolder(tmp_path / "georgia").rows[0].ecg_id == one.ecg_id, "however the folder was named"
    assert np.abs(source.ecg(one).signal_mv - wave_mv(3, 500).T).max() < 1e-6


def test_words_of_ludb():
    told = in_caption_words(
        "Rhythm: Sinus rhythm. Electric axis of the heart: vertical. Scar formation: septal. I degree AV block. "
        "STEMI: anterior wall. Undefined ischemia/scar/supp.NSTEMI: lateral wall. Electric axis of the heart: left "
        "axis deviation. Ventricular extrasystole, type: single PVC. Ventricular extrasystole, type: couplet."
    )
    assert told == (
        "Sinus rhythm. vertical axis. old septal infarct. first-degree AV block. acute anterior infarct. possible "
        "lateral infarct. possible lateral ischaemia. left axis deviation. ventricular premature complexes."
    )


def test_long_records_are_cut_and_short_ones_refused(tmp_path):
    write_record(tmp_path / "long", wave_mv(1, 100, seconds=30.0), 100)
    write_record(tmp_path / "short", wave_mv(2, 100, seconds=6.0), 100)
    source = WfdbFolder(tmp_path)
    assert [ecg.signal_mv.shape for _, ecg in source.good()] == [(12, 1000)]
    assert [error.code for _, error in source.problems] == ["length"]


def test_broken_headers_are_bad_records_not_crashes(tmp_path):
    (tmp_path / "a.hea").write_bytes(b"\xff\xfe broken \x00")
    source = WfdbFolder(tmp_path)
    with pytest.raises(BadRecord):
        source.ecg(source.rows[0])
    with pytest.raises(BadOption, match="no WFDB record"):
        WfdbFolder(tmp_path / "none")
