"""The embedded sample: made again bit by bit, in PTB-XL's layout, small, and marked as simulated."""

import ast
import collections
import csv
from pathlib import Path

import numpy as np
import pytest

from ecgscribe.cli.main import main
from ecgscribe.core.errors import BadOption
from ecgscribe.core.standards import LEADS
from ecgscribe.data.ptbxl import PtbXl
from ecgscribe.data.records import read_record
from ecgscribe.data.sample import COLUMNS, COUNTS, GAIN_PER_MV, RATE_HZ, SEED, plans, write_sample
from ecgscribe.data.simulate import CONDITIONS, NOTE, simulate
from ecgscribe.data.statements import statement_lines

ROOT = Path(__file__).resolve().parents[2]
SAMPLE = ROOT / "sample" / "ptb-xl"
FEW = {"normal": 6, "lbbb": 2, "inferior_infarct": 2}


def every_file(folder):
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def table():
    with (SAMPLE / "ptbxl_database.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@pytest.mark.slow
def test_the_sample_is_made_again_bit_by_bit(tmp_path, capsys):
    assert main(["make-sample", "--out", str(tmp_path / "ptb-xl")]) == 0
    assert "200 simulated records" in capsys.readouterr().out
    made, kept = every_file(tmp_path / "ptb-xl"), every_file(SAMPLE)
    assert sorted(made) == sorted(kept)
    assert [name for name in kept if made[name] != kept[name]] == []


def test_some_of_its_records_are_what_the_simulator_makes():
    for plan in plans()[::41]:
        made = simulate(plan.condition, SEED * 1000 + plan.ecg_id, RATE_HZ)
        kept = read_record(SAMPLE / "records100" / "00000" / f"{plan.ecg_id:05d}_lr")
        assert kept.leads == LEADS and kept.note == NOTE
        assert np.abs(kept.signal_mv - made.ecg.signal_mv).max() <= 0.5 / GAIN_PER_MV + 1e-6


def test_it_is_small_and_whole():
    assert sum(len(content) for content in every_file(SAMPLE.parent).values()) < 5_000_000
    source = PtbXl(SAMPLE)
    rows = list(source.good())
    assert len(rows) == len(source) == sum(COUNTS.values()) == 200 and source.problems == []
    assert source.rate_hz == 100
    assert {ecg.note for _, ecg in rows} == {NOTE}
    assert set(COUNTS) == set(CONDITIONS)
    assert {name for row in source.rows for name in row.superclasses} == {"NORM", "MI", "STTC", "CD", "HYP"}


def test_every_header_says_that_it_is_simulated():
    headers = sorted(SAMPLE.rglob("*.hea"))
    assert len(headers) == 200
    assert all(f"# note: {NOTE}\n" in header.read_text() for header in headers)
    assert "Nothing in it was recorded from a person" in (SAMPLE.parent / "README.md").read_text()


def test_table_is_in_the_corpus_manner():
    rows = table()
    assert tuple(rows[0]) == tuple(COLUMNS)
    assert len({row["patient_id"] for row in rows}) == len(rows)
    assert collections.Counter(row["strat_fold"] for row in rows) == {str(fold): 20 for fold in range(1, 11)}
    reports = [row["report"] for row in rows]
    footers = sum("4.46" + " " * 26 + "unbestÄtigter bericht" in report for report in reports)
    assert 40 < footers < 90
    assert sum("Edit: " in report for report in reports) == 3
    assert reports.count("trace only requested.") == 2
    swedish = sum("rytm" in r or "kardi " in r or "pacemaker ekg" in r or "förmaks" in r.lower() for r in reports)
    assert 0.03 <= swedish / len(rows) <= 0.10
    assert not any(letter in report for report in reports for letter in "äöüå")
    for row in rows:
        assert ast.literal_eval(row["scp_codes"])
        assert row["age"] in ("", "300.0") or 18 <= float(row["age"]) <= 89


def test_codes_reports_and_conditions_agree():
    words = {
        "CLBBB": ("linksschenkelblock", "left bundle", "vÄnstersidigt skÄnkelblock"),
        "CRBBB": ("rechtsschenkelblock", "right bundle", "hÖgersidigt skÄnkelblock"),
        "AFIB": ("vorhofflimmern", "atrial fibrillation", "fÖrmaksflimmer"),
        "PACE": ("schrittmacher", "paced", "pacemaker"),
        "1AVB": ("a-v block i", "prolonged pr"),
        "IMI": ("inferior",),
        "AMI": ("anterior",),
        "ASMI": ("anteroseptal",),
        "STACH": ("sinustachykardi", "sinus tachycardia"),
    }
    for row in table():
        if row["report"].startswith("trace only"):
            continue
        codes = ast.literal_eval(row["scp_codes"])
        for code, phrases in words.items():
            said = any(phrase in row["report"] for phrase in phrases)
            assert said or code not in codes, (row["report"], codes)
            if code in ("AFIB", "PACE", "STACH"):  # the others lend their words to neighbours
                assert code in codes or not said, (row["report"], codes)


def test_conditions_are_spread_over_the_folds():
    folds = collections.defaultdict(set)
    for plan in plans():
        folds[plan.condition].add(plan.fold)
    assert all(len(folds[name]) >= min(10, count) - 2 for name, count in COUNTS.items())


def test_a_small_one_is_written_replaced_and_protected(tmp_path):
    folder = tmp_path / "deep" / "sample"
    assert write_sample(folder, seed=1, counts=FEW) == 10
    first = every_file(folder)
    write_sample(folder, seed=1, counts=FEW)
    assert every_file(folder) == first
    write_sample(folder, seed=2, counts=FEW)
    assert every_file(folder) != first
    assert [path.name for path in folder.parent.iterdir()] == ["sample"]
    (folder / "thesis.txt").write_text("mine")
    with pytest.raises(BadOption, match="thesis.txt"):
        write_sample(folder, seed=1, counts=FEW)
    assert (folder / "thesis.txt").read_text() == "mine"
    with pytest.raises(BadOption, match="is a file"):
        write_sample(folder / "thesis.txt", seed=1, counts=FEW)


def test_a_failure_leaves_the_old_sample(tmp_path, monkeypatch):
    folder = tmp_path / "sample"
    write_sample(folder, seed=1, counts={"normal": 1})
    before = every_file(folder)

    def broken(*_):
        raise RuntimeError("disk full")

    monkeypatch.setattr("ecgscribe.data.sample._write_csv", broken)
    with pytest.raises(RuntimeError, match="disk full"):
        write_sample(folder, seed=2, counts={"normal": 1})
    assert every_file(folder) == before
    assert [path.name for path in tmp_path.iterdir()] == ["sample"]


def test_unknown_statement_is_refused():
    with pytest.raises(BadOption, match="XYZ"):
        statement_lines({"NORM", "XYZ"})


def test_the_command_refuses_a_strange_folder(tmp_path, capsys):
    (tmp_path / "photo.png").write_bytes(b"")
    assert main(["make-sample", "--out", str(tmp_path)]) == 2
    assert "photo.png" in capsys.readouterr().err
