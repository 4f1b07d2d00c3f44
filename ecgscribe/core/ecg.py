"""`Ecg`: the signals of one recording, in mV."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ecgscribe.core.errors import BadOption
from ecgscribe.core.standards import LEADS


@dataclass(frozen=True, eq=False)
class Ecg:
    """Signals of one recording.

    `signal_mv` (leads, N) float32 in mV, NaN = not seen; `rate_hz` samples a second; `leads` the row
    names, each of `standards.LEADS`; `record` and `patient` identifiers as text; `note` is printed on
    every page drawn from it (simulated records say so there). Raises `BadOption` on a wrong shape.
    """

    signal_mv: np.ndarray
    rate_hz: float
    leads: tuple[str, ...] = LEADS
    record: str = ""
    patient: str = ""
    note: str = ""

    def __post_init__(self):
        signal = np.asarray(self.signal_mv, dtype=np.float32)
        if signal.ndim != 2 or signal.shape[0] != len(self.leads):
            raise BadOption(
                f"Signal of shape {signal.shape} does not fit {len(self.leads)} leads; (leads, N) is needed."
            )
        unknown = [lead for lead in self.leads if lead not in LEADS]
        if unknown:
            raise BadOption(f"Unknown leads {unknown}.", f"Known: {', '.join(LEADS)}.")
        if len(set(self.leads)) != len(self.leads):
            raise BadOption(f"A lead is named twice in {self.leads}.")
        if not self.rate_hz > 0:
            raise BadOption(f"Sampling rate must be positive, got {self.rate_hz}.")
        object.__setattr__(self, "signal_mv", signal)

    @property
    def duration_s(self) -> float:
        return self.signal_mv.shape[1] / self.rate_hz

    def lead_mv(self, lead: str) -> np.ndarray:
        """(N,) mV of one lead; all NaN when the recording lacks it."""
        if lead in self.leads:
            return self.signal_mv[self.leads.index(lead)]
        return np.full(self.signal_mv.shape[1], np.nan, np.float32)

    def to_dict(self) -> dict:
        """Plain lists and numbers; NaN becomes None."""
        rows = [[None if np.isnan(v) else float(v) for v in row] for row in self.signal_mv]
        return {
            "signal_mv": rows,
            "rate_hz": self.rate_hz,
            "leads": list(self.leads),
            "record": self.record,
            "patient": self.patient,
            "note": self.note,
        }

    @classmethod
    def from_dict(cls, fields: dict) -> Ecg:
        rows = [[np.nan if v is None else v for v in row] for row in fields["signal_mv"]]
        return cls(
            np.array(rows, np.float32).reshape(len(fields["leads"]), -1),
            fields["rate_hz"],
            tuple(fields["leads"]),
            fields["record"],
            fields["patient"],
            fields["note"],
        )
