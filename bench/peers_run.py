"""Other digitisers, run as they are by an interpreter that has their requirements: picture in, leads out.

Each answer is a `Read`: lead -> (N,) mV of what the page shows of it (2.5 s by column, rhythm lead whole) at 500 Hz,
None where the peer gave nothing, the seconds it took (imports included, as its users wait for them) and what it said.
"""

from __future__ import annotations

import subprocess
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas

from ecgscribe.core.standards import LEADS

RATE_HZ = 500.0
LIMIT_S = 60
_MINER = """
import sys
sys.path.insert(0, sys.argv[1])
from digitization.Digitizer import Digitizer
from utils.ecg.Lead import Lead
Digitizer((3, 4), [Lead.II], sys.argv[4] == "right", False, sys.argv[3], False, 5000).digitize(sys.argv[2])
"""
_ECGTIZER = """
import sys
sys.path.insert(0, sys.argv[1])
import numpy, pandas
from ecgtizer import ECGtizer
read = ECGtizer(sys.argv[2], 300, extraction_method="fragmented").extracted_lead
table = pandas.DataFrame({str(k): pandas.Series(numpy.asarray(v, float)) for k, v in read.items()})
table.to_csv(sys.argv[3] + "/read.csv")
"""


@dataclass(frozen=True)
class Read:
    """`leads` None when the peer gave no output."""

    leads: dict[str, np.ndarray] | None
    seconds: float
    said: str = ""


def windows(table: pandas.DataFrame, rate_hz: float) -> dict[str, np.ndarray]:
    """Lead -> what a 3x4+1 page shows of 10 s: 2.5 s by column, lead II whole."""
    shown = {}
    for k, lead in enumerate(LEADS):
        first = 0 if lead == "II" else int(2.5 * (k // 3) * rate_hz)
        last = first + int((10 if lead == "II" else 2.5) * rate_hz)
        shown[lead] = table[lead].to_numpy(float)[first:last]
    return shown


def ecg_miner(checkout: Path, python: str, picture: Path, pulse: str) -> Read:
    """adofersan/ecg-miner, told the layout 3x4+II and on which side (left, right) the pulse stands."""
    with tempfile.TemporaryDirectory() as out:
        done, seconds = _run([python, "-c", _MINER, str(checkout / "src"), str(picture), out, pulse])
        made = list(Path(out).glob("*.csv"))
        if done is None or done.returncode or not made:
            return Read(None, seconds, _last_words(done))
        table = pandas.read_csv(made[0]).reindex(columns=list(LEADS))
    return Read({lead: np.nan_to_num(part) for lead, part in windows(table, RATE_HZ).items()}, seconds)


def ecgtizer(checkout: Path, python: str, picture: Path) -> Read:
    """UMMISCO/ecgtizer on a PDF, its method "fragmented"."""
    with tempfile.TemporaryDirectory() as out:
        done, seconds = _run([python, "-c", _ECGTIZER, str(checkout), str(picture.resolve()), out], out)
        made = Path(out) / "read.csv"
        if done is None or not made.is_file():
            return Read(None, seconds, _last_words(done))
        table = pandas.read_csv(made, index_col=0)
    # it puts every lead at its place in ten seconds of 5000 samples; "IIc" is the rhythm strip
    names = {column.upper(): column for column in table.columns}
    if not {lead.upper() for lead in LEADS} <= names.keys() or len(table) != 10 * RATE_HZ:
        return Read(None, seconds, f"{len(names)} leads of {len(table)} samples")
    chosen = {lead: table[names[lead.upper()]].to_numpy() / 1000 for lead in LEADS}
    if "IIC" in names:
        chosen["II"] = table[names["IIC"]].to_numpy() / 1000
    leads = windows(pandas.DataFrame(chosen), RATE_HZ)
    return Read({lead: np.nan_to_num(part) for lead, part in leads.items()}, seconds)


def _run(command: list[str], folder: str | None = None) -> tuple[subprocess.CompletedProcess | None, float]:
    begun = time.perf_counter()
    try:
        done = subprocess.run(command, capture_output=True, timeout=LIMIT_S, text=True, cwd=folder)
    except subprocess.TimeoutExpired:
        return None, float(LIMIT_S)
    return done, time.perf_counter() - begun


def _last_words(done: subprocess.CompletedProcess | None) -> str:
    if done is None:
        return f"over {LIMIT_S} s"
    return (done.stderr.strip().splitlines() or ["no output"])[-1][:70]
