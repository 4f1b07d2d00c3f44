"""`simulate`: records with their truth, whole files only, what is there is kept, and clear words for mistakes."""

import json

import numpy as np
import pytest

from ecgscribe.cli.main import main
from ecgscribe.core.standards import LEADS
from ecgscribe.data.records import read_record
from ecgscribe.data.simulate import CONDITIONS, NOTE, simulate


def files(folder):
    return {path.name: path.read_bytes() for path in sorted(folder.iterdir())}


def test_a_record_and_its_truth_are_what_simulate_gives(tmp_path, capsys):
    assert main(["simulate", "--condition", "lbbb", "--count", "2", "--seed", "7", "-o", str(tmp_path)]) == 0
    assert "2 simulated records" in capsys.readouterr().out
    for seed in (7, 8):
        made, kept = simulate("lbbb", seed), read_record(tmp_path / f"lbbb-{seed}")
        assert kept.leads == LEADS and kept.rate_hz == 500 and kept.note == NOTE
        assert np.abs(kept.signal_mv - made.ecg.signal_mv).max() < 6e-4
        told = json.loads((tmp_path / f"lbbb-{seed}.json").read_text())
        assert told["truth"]["beats_s"] == made.truth["beats_s"] and told["scp_codes"] == made.scp_codes
        assert told["report"] == made.report and told["request"]["seed"] == seed


def test_the_same_seed_gives_the_same_bytes_from_any_number_of_processes(tmp_path):
    asked = ["simulate", "--condition", "rvh", "--condition", "lbbb+atrial_fibrillation", "--count", "2"]
    main([*asked, "-o", str(tmp_path / "one")])
    main([*asked, "--num-proc", "2", "-o", str(tmp_path / "two")])
    assert files(tmp_path / "one") == files(tmp_path / "two")
    assert "atrial_fibrillation-and-lbbb-0.hea" in files(tmp_path / "one")


def test_what_is_there_is_kept_and_what_is_spoilt_is_made_again(tmp_path, capsys):
    asked = ["simulate", "--condition", "normal", "--count", "3", "-o", str(tmp_path)]
    main(asked)
    before = files(tmp_path)
    (tmp_path / "normal-1.json").unlink()
    (tmp_path / "normal-2.dat").unlink()
    capsys.readouterr()
    assert main(asked) == 0
    assert "2 simulated records" in (said := capsys.readouterr().out) and "1 were there" in said
    assert files(tmp_path) == before
    main([*asked, "--duration-s", "5"])
    assert read_record(tmp_path / "normal-0").duration_s == 5


def test_wishes_rate_and_a_missing_lead_reach_the_record(tmp_path):
    asked = ["simulate", "--condition", "normal", "--rate-hz", "250", "--wish", "missing_lead=V3"]
    assert main([*asked, "--wish", "rate_bpm=72", "-o", str(tmp_path)]) == 0
    ecg = read_record(tmp_path / "normal-0")
    assert ecg.rate_hz == 250 and np.isnan(ecg.lead_mv("V3")).all() and not np.isnan(ecg.lead_mv("V2")).any()
    assert json.loads((tmp_path / "normal-0.json").read_text())["truth"]["rate_bpm"] == pytest.approx(72, abs=3)


def test_the_list_names_every_condition_with_its_codes(capsys):
    assert main(["simulate", "--list"]) == 0
    lines = dict(line.split(maxsplit=1) for line in capsys.readouterr().out.splitlines())
    assert set(lines) == set(CONDITIONS) and "CLBBB" in lines["lbbb"].split()


@pytest.mark.parametrize(
    ("given", "said"),
    [
        (["--condition", "hiccup"], "Unknown condition 'hiccup'"),
        (["--condition", "lbbb+rbbb"], "contradict"),
        ([], "No condition was named"),
        (["--condition", "lbbb", "--count", "0"], "must be positive"),
        (["--condition", "lbbb", "--wish", "height=3"], "Unknown wish"),
        (["--condition", "lbbb", "--wish", "fast"], "NAME=VALUE"),
        (["--condition", "lbbb", "--rate-hz", "1"], "Cannot simulate at 1"),
    ],
)
def test_mistakes_are_told_in_one_sentence(tmp_path, capsys, given, said):
    assert main(["simulate", *given, "-o", str(tmp_path / "out")]) == 2
    error = capsys.readouterr().err
    assert said in error and error.count("\n") == 1
    assert not list(tmp_path.rglob("*.*"))
