"""The dataset card: its header is read by the Hub's own reader, its counts are those of the rows."""

import re
from dataclasses import replace

import yaml

from ecgscribe.data.build import BuildOptions, build
from ecgscribe.data.rows import load_rows


def built(folder, out, **changes):
    return build(replace(BuildOptions(folder, out, px_per_mm=2.0), **changes))


def header(text):
    return yaml.safe_load(re.match(r"---\n(.*?)\n---\n", text, re.S).group(1))


def test_the_header_names_the_splits_that_exist(ptbxl, tmp_path):
    built(ptbxl(rows=3), tmp_path / "out", split="folds")
    fields = header((tmp_path / "out/README.md").read_text())
    assert fields["configs"][0]["data_files"] == [{"split": "train", "path": "data/train-*.parquet"}]
    assert fields["license"] == "cc-by-4.0" and fields["size_categories"] == ["n<1K"]
    assert set(load_rows(tmp_path / "out")) == {"train"}


def test_the_counts_are_those_of_the_rows(ptbxl, tmp_path):
    built(ptbxl(rows=40, patients=15), tmp_path / "out")
    text = (tmp_path / "out/README.md").read_text()
    for split, rows in load_rows(tmp_path / "out").items():
        expected = f"| {split} | {len(rows)} | {len(set(rows['patient_id']))} | {len(set(rows['caption']))} |"
        assert expected in text
    assert "(40 rows)" in text and "German 30, English 10" in text


def test_a_simulated_source_says_so_everywhere(ptbxl, tmp_path):
    built(ptbxl(rows=3, note="SIMULATED: no patient"), tmp_path / "out")
    text = (tmp_path / "out/README.md").read_text()
    assert "**Every picture says: SIMULATED: no patient**" in text and "cc-by" not in text
    assert "say nothing about real patients" in text
    assert "simulated" in header(text)["tags"] and header(text)["license"] == "apache-2.0"


def test_a_random_split_is_marked_as_flattering(ptbxl, tmp_path):
    built(ptbxl(rows=12, patients=3), tmp_path / "random", split="random")
    assert "Patients are shared" in (tmp_path / "random/README.md").read_text()
    built(ptbxl("other", rows=12, patients=3), tmp_path / "patient")
    assert "Patients are shared" not in (tmp_path / "patient/README.md").read_text()


def test_a_report_with_a_bar_does_not_break_the_table(ptbxl, tmp_path):
    folder = ptbxl(rows=1)
    table = folder / "ptbxl_database.csv"
    table.write_text(table.read_text().replace("sinusrhythmus linkstyp", "sinusrhythmus | linkstyp"))
    built(folder, tmp_path / "out")
    line = next(li for li in (tmp_path / "out/README.md").read_text().splitlines() if li.startswith("| report"))
    assert len(re.findall(r"(?<!\\)\|", line)) == 4
