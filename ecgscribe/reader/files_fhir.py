"""Signals and measurements as a FHIR R4 Observation (hl7.org/fhir/R4/observation.html), as JSON.

Each lead is a component with SampledData (hl7.org/fhir/R4/datatypes.html#SampledData): whole steps of 1 uV, one every
`period` ms, "E" where nothing was seen. Lead codes are those of IEEE 11073-10101 (MDC_ECG_ELEC_POTL and the lead's
number), as in HL7's own example of an ECG; measurements carry LOINC codes.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from decimal import Decimal
from pathlib import Path

import numpy as np

from ecgscribe.core.ecg import Ecg
from ecgscribe.core.errors import BadRecord
from ecgscribe.core.report import Measurement
from ecgscribe.reader.files_wfdb import write_whole

LOINC = "http://loinc.org"
MDC = "urn:oid:2.16.840.1.113883.6.24"
UCUM = "http://unitsofmeasure.org"
ABSENT = "http://terminology.hl7.org/CodeSystem/data-absent-reason"
CATEGORY = "http://terminology.hl7.org/CodeSystem/observation-category"

POTENTIAL = 131328
"""MDC_ECG_ELEC_POTL; a lead's own code is this and its number."""

LEAD_NUMBERS = {"I": 1, "II": 2, "V1": 3, "V2": 4, "V3": 5, "V4": 6, "V5": 7, "V6": 8}
LEAD_NUMBERS |= {"III": 61, "aVR": 62, "aVL": 63, "aVF": 64}

MEASUREMENTS = {
    "rate": ("8867-4", "Heart rate", "/min"),
    "pr": ("8625-6", "P-R Interval", "ms"),
    "qrs": ("8633-0", "QRS duration", "ms"),
    "qt": ("8634-8", "Q-T interval", "ms"),
    "qtc_bazett": ("8636-3", "Q-T interval corrected", "ms"),
    "axis": ("8632-6", "QRS axis", "deg"),
    "p_axis": ("8626-4", "P wave axis", "deg"),
    "t_axis": ("8638-9", "T wave axis", "deg"),
}
"""Name of `ecgscribe.measure` -> LOINC code, its words, UCUM unit; others have no code that we are sure of."""

STEP_MV = Decimal("0.001")


def fhir_observation(ecg: Ecg, name: str, measurements: Iterable[Measurement] = ()) -> dict:
    """The Observation as plain JSON values.

    Its status is preliminary: nobody has confirmed it. A lead without a sample, and a measurement that cannot be had,
    is a component that says so (dataAbsentReason). Raises `BadRecord` when no lead has a sample.
    """
    if not np.isfinite(ecg.signal_mv).any():
        raise BadRecord("nan", f"No lead of {name!r} has a sample to file as FHIR.", "Read a clearer picture.")
    notes = [f"Digitised by ecgscribe from the picture {name!r}; the time is that of the paper's left edge."]
    notes += [ecg.note] if ecg.note else []
    known = [m for m in measurements if m.name in MEASUREMENTS and not m.lead]
    return {
        "resourceType": "Observation",
        "status": "preliminary",
        "category": [_concept(CATEGORY, "procedure", "Procedure")],
        "code": {
            "coding": [_coding(LOINC, "11524-6", "EKG study"), _coding(MDC, str(POTENTIAL), "MDC_ECG_ELEC_POTL")],
            "text": "12-lead ECG digitised from a picture",
        },
        "device": {"display": "ecgscribe"},
        "note": [{"text": text} for text in notes],
        "component": [_lead(ecg, lead) for lead in ecg.leads] + [_measured(m) for m in known],
    }


def fhir_text(ecg: Ecg, name: str, measurements: Iterable[Measurement] = ()) -> str:
    """The Observation as a JSON document."""
    return json.dumps(fhir_observation(ecg, name, measurements), ensure_ascii=False, indent=1, allow_nan=False) + "\n"


def write_fhir(ecg: Ecg, folder: str | Path, name: str, measurements: Iterable[Measurement] = ()) -> Path:
    """Writes `name`.fhir.json below `folder` and returns its path.

    Raises `BadRecord` when no lead has a sample, `BadOption` when the folder cannot be written.
    """
    path = Path(folder) / f"{Path(name).name}.fhir.json"
    write_whole(path, fhir_text(ecg, name, measurements).encode("utf-8"))
    return path


def _lead(ecg: Ecg, lead: str) -> dict:
    number = str(POTENTIAL + LEAD_NUMBERS[lead])
    component = {"code": _concept(MDC, number, f"MDC_ECG_ELEC_POTL_{lead.upper()}") | {"text": f"Lead {lead}"}}
    signal = ecg.lead_mv(lead)
    if not np.isfinite(signal).any():
        return component | {"dataAbsentReason": _concept(ABSENT, "unknown", "Unknown")}
    steps = np.round(np.nan_to_num(signal.astype(np.float64)) / float(STEP_MV)).astype(int)
    data = " ".join("E" if absent else str(step) for step, absent in zip(steps, np.isnan(signal), strict=True))
    return component | {
        "valueSampledData": {
            "origin": {"value": 0, "unit": "mV", "system": UCUM, "code": "mV"},
            "period": round(1000.0 / ecg.rate_hz, 9),
            "factor": float(STEP_MV),
            "dimensions": 1,
            "data": data,
        }
    }


def _measured(measurement: Measurement) -> dict:
    code, words, unit = MEASUREMENTS[measurement.name]
    component = {"code": _concept(LOINC, code, words)}
    if not measurement.known:
        return component | {"dataAbsentReason": _concept(ABSENT, "unknown", "Unknown") | {"text": measurement.reason}}
    quantity = {"value": round(float(measurement.value), 1), "unit": measurement.unit, "system": UCUM, "code": unit}
    return component | {"valueQuantity": quantity}


def _concept(system: str, code: str, display: str) -> dict:
    return {"coding": [_coding(system, code, display)]}


def _coding(system: str, code: str, display: str) -> dict:
    return {"system": system, "code": code, "display": display}
