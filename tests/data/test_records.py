"""Reading WFDB records: values, leads in any spelling and order, and every kind of damage with its code."""

import numpy as np
import pytest
import wfdb
from hypothesis import given, settings
from hypothesis import strategies as st
from ptbxl_folder import WRITTEN_LEADS, wave_mv, write_record

from ecgscribe.core.errors import BadRecord
from ecgscribe.core.standards import LEADS
from ecgscribe.data.records import read_record


def code_of(path):
    with pytest.raises(BadRecord) as caught:
        read_record(path)
    assert str(caught.value).strip().endswith(".")
    return caught.value.code


@settings(max_examples=15, deadline=None)
@given(order=st.permutations(range(12)), upper=st.booleans(), suffix=st.sampled_from(["", ".hea", ".dat"]))
def test_leads_come_in_standard_order_however_the_file_orders_and_spells_them(tmp_path_factory, order, upper, suffix):
    folder = tmp_path_factory.mktemp("record")
    mv = wave_mv(3, 100)
    names = [LEADS[k].upper() if upper else LEADS[k].lower() for k in order]
    write_record(folder / "r", mv[:, order], 100, names)
    ecg = read_record(folder / f"r{suffix}")
    assert ecg.leads == LEADS and ecg.rate_hz == 100 and ecg.record == "r"
    assert np.abs(ecg.signal_mv - mv.T).max() < 1e-6


def test_values_agree_with_wfdb_itself(tmp_path):
    write_record(tmp_path / "r", wave_mv(1, 500), 500)
    expected = wfdb.rdrecord(str(tmp_path / "r")).p_signal.T
    assert np.array_equal(read_record(tmp_path / "r").signal_mv, expected.astype(np.float32))


def test_microvolts_and_volts_become_millivolts(tmp_path):
    values = np.array([[0.0, 0.0], [500.0, 0.0015], [-250.0, -0.0005]])
    wfdb.wrsamp("r", 100, ["uV", "V"], ["I", "II"], values, fmt=["16", "16"], adc_gain=[10.0, 1e6], baseline=[0, 0],
                write_dir=str(tmp_path))  # fmt: skip
    ecg = read_record(tmp_path / "r")
    assert ecg.leads == ("I", "II")
    assert np.allclose(ecg.signal_mv, [[0, 0.5, -0.25], [0, 1.5, -0.5]], atol=1e-6)


def test_signals_that_are_no_ecg_lead_are_left_out(tmp_path):
    mv = np.random.default_rng(0).normal(size=(50, 3)).round(3)
    write_record(tmp_path / "r", mv, 100, ("RESP", "v6", "II"))
    ecg = read_record(tmp_path / "r")
    assert ecg.leads == ("II", "V6")
    assert np.allclose(ecg.signal_mv, mv[:, [2, 1]].T, atol=1e-6)


def test_the_note_of_the_header_is_kept(tmp_path):
    write_record(tmp_path / "r", wave_mv(1, 100), 100, note="SIMULATED, no patient")
    assert read_record(tmp_path / "r").note == "SIMULATED, no patient"
    write_record(tmp_path / "plain", wave_mv(1, 100), 100)
    assert read_record(tmp_path / "plain").note == ""


def test_invalid_samples_become_nan_and_only_they(tmp_path):
    mv = wave_mv(1, 100)
    mv[10:20, 4] = np.nan
    write_record(tmp_path / "r", mv, 100)
    assert np.array_equal(np.isnan(read_record(tmp_path / "r").signal_mv), np.isnan(mv.T))


def test_missing_files_are_told_apart_from_broken_ones(tmp_path):
    assert code_of(tmp_path / "nothing") == "missing"
    write_record(tmp_path / "r", wave_mv(1, 100), 100)
    (tmp_path / "r.dat").unlink()
    assert code_of(tmp_path / "r") == "missing"


@pytest.mark.parametrize("text", ["", "# nothing here\n", "r twelve 100\n", "r 12 100 1000\nr.dat\n", "\x00\x01\x02"])
def test_a_broken_header_is_a_header_error(tmp_path, text):
    write_record(tmp_path / "r", wave_mv(1, 100), 100)
    (tmp_path / "r.hea").write_text(text)
    assert code_of(tmp_path / "r") == "header"


@pytest.mark.parametrize("keep", [0, 1, 100, 23999])
def test_a_cut_signal_file_is_a_length_error(tmp_path, keep):
    write_record(tmp_path / "r", wave_mv(1, 100), 100)
    data = (tmp_path / "r.dat").read_bytes()
    assert len(data) == 24000
    (tmp_path / "r.dat").write_bytes(data[:keep])
    assert code_of(tmp_path / "r") == "length"


@settings(max_examples=20, deadline=None)
@given(at=st.integers(0, 11999), change=st.integers(1, 2**16 - 1))
def test_any_changed_sample_is_a_checksum_error(tmp_path_factory, at, change):
    folder = tmp_path_factory.mktemp("record")
    write_record(folder / "r", wave_mv(1, 100), 100)
    counts = np.fromfile(folder / "r.dat", "<i2")
    counts[at] = (int(counts[at]) + change + 2**15) % 2**16 - 2**15
    counts.tofile(folder / "r.dat")
    assert code_of(folder / "r") == "checksum"


def test_a_lead_twice_or_none_at_all_is_a_leads_error(tmp_path):
    write_record(tmp_path / "twice", wave_mv(1, 100)[:, :2], 100, ("II", "MLII"))
    assert code_of(tmp_path / "twice") == "leads"
    write_record(tmp_path / "none", wave_mv(1, 100)[:, :2], 100, ("RESP", "PLETH"))
    assert code_of(tmp_path / "none") == "leads"


def test_a_signal_that_is_no_voltage_is_refused(tmp_path):
    wfdb.wrsamp("r", 100, ["mmHg"], ["I"], np.zeros((10, 1)) + [[1.0]], fmt=["16"], adc_gain=[10.0], baseline=[0],
                write_dir=str(tmp_path))  # fmt: skip
    assert code_of(tmp_path / "r") == "header"


def test_the_written_names_are_those_of_ptb_xl():
    assert [name.casefold() for name in WRITTEN_LEADS] == [name.casefold() for name in LEADS]
