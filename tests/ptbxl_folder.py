"""Writes small folders in PTB-XL's layout through wfdb, with invented waves and real kinds of report."""

import csv
from pathlib import Path

import numpy as np
import wfdb

WRITTEN_LEADS = ("I", "II", "III", "AVR", "AVL", "AVF", "V1", "V2", "V3", "V4", "V5", "V6")
REPORTS = (
    ("sinusrhythmus normales ekg", {"NORM": 100.0, "SR": 0.0}),
    ("sinusrhythmus linkstyp linksschenkelblock", {"CLBBB": 100.0, "SR": 0.0}),
    ("vorhofflimmern unspezifisch abnormales t", {"AFIB": 0.0, "NDT": 100.0}),
    ("sinus rhythm. normal ecg.", {"NORM": 80.0, "SR": 0.0}),
)
STATEMENTS = {"NORM": "NORM", "CLBBB": "CD", "NDT": "STTC", "IMI": "MI", "SR": "", "AFIB": ""}


def wave_mv(seed: int, rate_hz: int, seconds: float = 10.0) -> np.ndarray:
    """(N, 12) mV on the 1 uV grid: sine waves whose frequency and size depend on the seed and the lead."""
    t = np.arange(round(rate_hz * seconds)) / rate_hz
    lead = np.arange(12)
    wave = np.sin(2 * np.pi * (1 + seed % 5 + lead[None] / 7) * t[:, None] + seed) * (0.3 + lead[None] / 20)
    return np.round(wave, 3)


def write_record(stem: Path, mv: np.ndarray, rate_hz: int, leads=WRITTEN_LEADS, note: str = "") -> None:
    """One WFDB record, 1000 counts a mV, format 16; NaN becomes WFDB's invalid sample."""
    stem.parent.mkdir(parents=True, exist_ok=True)
    wfdb.wrsamp(
        stem.name,
        fs=rate_hz,
        units=["mV"] * len(leads),
        sig_name=list(leads),
        p_signal=mv,
        fmt=["16"] * len(leads),
        adc_gain=[1000.0] * len(leads),
        baseline=[0] * len(leads),
        comments=[f"note: {note}"] if note else [],
        write_dir=str(stem.parent),
    )


def write_ptbxl(folder: Path, rows: int = 8, patients: int | None = None, rate_hz: int = 100, note: str = "") -> Path:
    """A folder of `rows` records of `patients` people (default: one record each), ecg_id from 1."""
    folder.mkdir(parents=True)
    with (folder / "scp_statements.csv").open("w", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["", "description", "diagnostic", "form", "rhythm", "diagnostic_class"])
        for code, group in STATEMENTS.items():
            writer.writerow([code, code.lower(), "1.0" if group else "", "", "" if group else "1.0", group])
    with (folder / "ptbxl_database.csv").open("w", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(
            "ecg_id patient_id age sex report scp_codes validated_by_human strat_fold filename_lr filename_hr".split()
        )
        for ecg_id in range(1, rows + 1):
            report, codes = REPORTS[ecg_id % len(REPORTS)]
            patient = float(1000 + ecg_id % (patients or rows))
            lr, hr = f"records100/00000/{ecg_id:05d}_lr", f"records500/00000/{ecg_id:05d}_hr"
            fold = ecg_id % 10 + 1
            age = "" if ecg_id == 2 else 40.0 + ecg_id
            writer.writerow([ecg_id, patient, age, ecg_id % 2, report, codes, ecg_id % 3 > 0, fold, lr, hr])
            write_record(folder / (hr if rate_hz == 500 else lr), wave_mv(ecg_id, rate_hz), rate_hz, note=note)
    return folder


def damaged(folder: Path) -> Path:
    """Eight rows: 1 whole, 2 no file, 3 NaN, 4 eleven leads, 5 wrong sum, 6 no header, 7 too short, 8 whole."""
    stem = folder / "records100/00000"
    (stem / "00002_lr.dat").unlink()
    hole = wave_mv(3, 100)
    hole[5, 5] = np.nan
    write_record(stem / "00003_lr", hole, 100)
    write_record(stem / "00004_lr", wave_mv(4, 100)[:, :11], 100, WRITTEN_LEADS[:11])
    data = bytearray((stem / "00005_lr.dat").read_bytes())
    data[0] ^= 1
    (stem / "00005_lr.dat").write_bytes(data)
    (stem / "00006_lr.hea").write_text("not a header\n")
    write_record(stem / "00007_lr", wave_mv(7, 100, seconds=9.0), 100)
    return folder
