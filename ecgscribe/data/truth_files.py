"""The files of the engine: simulated records with their truth, drawn pages with theirs; each whole or not there.

The JSON is written last, under a temporary name: where it stands and names the same request, all is done already.
"""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np

import ecgscribe
from ecgscribe.core.ecg import Ecg
from ecgscribe.core.errors import BadOption
from ecgscribe.core.truth import PageTruth
from ecgscribe.data.simulate import Simulated, simulate

GAIN_PER_MV = 1000.0
"""Steps of 1 uV, the grain of the simulator."""

_INVALID = -(2**15)  # WFDB format 16: no valid sample


@dataclass(frozen=True)
class RecordJob:
    """One record to simulate: `wishes` as pairs, as for `simulate`."""

    folder: Path
    condition: str
    seed: int
    rate_hz: float = 500.0
    duration_s: float = 10.0
    wishes: tuple[tuple[str, float | str], ...] = ()

    @property
    def name(self) -> str:
        """The record's name; WFDB allows letters, digits, underscores and hyphens."""
        return f"{self.condition.replace('+', '-and-')}-{self.seed}"

    @property
    def request(self) -> dict:
        """What decides about the bytes."""
        return {
            "version": ecgscribe.__version__,
            "condition": self.condition,
            "seed": self.seed,
            "rate_hz": self.rate_hz,
            "duration_s": self.duration_s,
            "wishes": dict(self.wishes),
        }


def write_record(job: RecordJob) -> bool:
    """Simulates the job's record into NAME.hea, NAME.dat, NAME.json; False when it was there already.

    Raises `BadOption` as `simulate` does.
    """
    target = job.folder / job.name
    if _asked(target.with_name(f"{job.name}.json")) == job.request and _all_there(target, (".hea", ".dat")):
        return False
    made = simulate(job.condition, job.seed, job.rate_hz, job.duration_s, **dict(job.wishes))
    part = job.folder / f".{job.name}.{os.getpid()}.part"
    part.mkdir(parents=True, exist_ok=True)
    try:
        _write_wfdb(part, job.name, made)
        fields = {
            "request": job.request,
            "record": job.name,
            "scp_codes": made.scp_codes,
            "report": made.report,
            "drawn": asdict(made.request),
            "truth": made.truth,
        }
        (part / f"{job.name}.json").write_text(json.dumps(fields, indent=1, default=_plain) + "\n", encoding="utf-8")
        for ending in (".hea", ".dat", ".json"):
            os.replace(part / f"{job.name}{ending}", job.folder / f"{job.name}{ending}")
    finally:
        shutil.rmtree(part, ignore_errors=True)
    return True


def facts_of(record: Path) -> dict | None:
    """The simulator's truth beside a record (path without suffix), with its report's sentences; None without one."""
    path = record.with_name(f"{record.name}.json")
    try:
        fields = json.loads(path.read_text(encoding="utf-8"))
        sentences = [sentence.strip() for sentence in fields["report"].split(".") if sentence.strip()]
        return {**fields["truth"], "statements": sentences}
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return None


def write_page(path: Path, image: bytes, truth: PageTruth, choices: dict, record: str, request: dict) -> None:
    """Writes the picture at `path` and, last, its truth as JSON beside it."""
    _write(path, lambda part: part.write_bytes(image))
    fields = {
        "request": request,
        "picture": path.name,
        "record": record,
        "choices": choices,
        "truth": truth.to_dict(signal=False),
    }
    text = json.dumps(fields, default=_plain) + "\n"
    _write(path.with_suffix(".json"), lambda part: part.write_text(text, encoding="utf-8"))


def read_page(path: Path, ecg: Ecg | None = None) -> tuple[PageTruth, dict]:
    """(truth, choices) of a truth file; without `ecg` the truth holds no signal. Raises `BadOption`."""
    try:
        fields = json.loads(path.read_text(encoding="utf-8"))
        ecg = Ecg(np.full((12, 1), np.nan, np.float32), 1.0) if ecg is None else ecg
        return PageTruth.from_dict(fields["truth"], ecg), fields["choices"]
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise BadOption(f"{path} is no truth of a page ({error}).", "Render it again.") from error


def page_is_there(path: Path, request: dict) -> bool:
    """Whether the picture at `path` and its truth were made by this request."""
    return path.is_file() and _asked(path.with_suffix(".json")) == request


def _asked(path: Path) -> dict | None:
    """The request of an earlier run's JSON."""
    try:
        return json.loads(path.read_text(encoding="utf-8")).get("request")
    except (OSError, ValueError, AttributeError):
        return None


def _all_there(stem: Path, endings: tuple[str, ...]) -> bool:
    return all(stem.with_name(stem.name + ending).is_file() for ending in endings)


def _write_wfdb(folder: Path, name: str, made: Simulated) -> None:
    import wfdb

    ecg = made.ecg
    scaled = np.rint(ecg.signal_mv.T.astype(np.float64) * GAIN_PER_MV)
    wfdb.wrsamp(
        name,
        fs=ecg.rate_hz,
        units=["mV"] * len(ecg.leads),
        sig_name=list(ecg.leads),
        d_signal=np.where(np.isnan(scaled), _INVALID, scaled).astype(np.int64),
        fmt=["16"] * len(ecg.leads),
        adc_gain=[GAIN_PER_MV] * len(ecg.leads),
        baseline=[0] * len(ecg.leads),
        comments=[f"note: {ecg.note}", f"condition: {made.condition}"],
        write_dir=str(folder),
    )


def _write(path: Path, writing: Callable[[Path], object]) -> None:
    """Whole or not at all."""
    part = path.with_name(f".{path.name}.{os.getpid()}.part")
    writing(part)
    os.replace(part, path)


def _plain(value):
    """numpy's numbers for JSON."""
    if isinstance(value, np.ndarray):
        return value.tolist()
    if isinstance(value, np.generic):
        return value.item()
    raise TypeError(f"{type(value).__name__} is nothing that JSON holds.")
