"""scp_statements.csv of the sample: the SCP-ECG statements it uses, described in our own words."""

from __future__ import annotations

from ecgscribe.core.errors import BadOption

STATEMENT_COLUMNS = (
    "",
    "description",
    "diagnostic",
    "form",
    "rhythm",
    "diagnostic_class",
    "diagnostic_subclass",
    "Statement Category",
    "SCP-ECG Statement Description",
    "AHA code",
    "aECG REFID",
    "CDISC Code",
    "DICOM Code",
)
"""The columns of PTB-XL's scp_statements.csv, in order; the first, without a name, holds the code."""

_STATEMENTS = {
    # code: (kinds, class, subclass, description); d diagnostic, f form, r rhythm
    "NORM": ("d", "NORM", "NORM", "nothing abnormal in the ECG"),
    "IMI": ("d", "MI", "IMI", "infarction of the inferior wall"),
    "ASMI": ("d", "MI", "AMI", "infarction of the anterior wall and septum"),
    "LVH": ("d", "HYP", "LVH", "left ventricle enlarged (hypertrophy)"),
    "ISC_": ("d", "STTC", "ISC_", "ST and T as in ischaemia or strain, place not told"),
    "1AVB": ("d", "CD", "_AVB", "AV block of the first degree"),
    "CLBBB": ("d", "CD", "CLBBB", "left bundle branch blocked completely"),
    "CRBBB": ("d", "CD", "CRBBB", "right bundle branch blocked completely"),
    "ABQRS": ("f", "", "", "QRS complex of abnormal form"),
    "PVC": ("f", "", "", "premature beats from the ventricles"),
    "PAC": ("f", "", "", "premature beats from the atria"),
    "VCLVH": ("f", "", "", "QRS voltage as high as in left ventricular hypertrophy"),
    "QWAVE": ("f", "", "", "Q waves of abnormal size"),
    "LPR": ("f", "", "", "PR interval longer than normal"),
    "SR": ("r", "", "", "rhythm led by the sinus node"),
    "SBRAD": ("r", "", "", "slow sinus rhythm"),
    "STACH": ("r", "", "", "fast sinus rhythm"),
    "SARRH": ("r", "", "", "sinus rhythm of changing rate"),
    "AFIB": ("r", "", "", "fibrillating atria"),
    "PACE": ("r", "", "", "rhythm led by a working pacemaker"),
}


def statement_lines(codes: set[str]) -> list[dict[str, str]]:
    """The lines of scp_statements.csv for these codes. Raises `BadOption` for a code not described here."""
    unknown = sorted(codes - set(_STATEMENTS))
    if unknown:
        raise BadOption(f"No description of the SCP statement {unknown[0]!r}.", "Add it to data/statements.py.")
    return [_line(code, *_STATEMENTS[code]) for code in _STATEMENTS if code in codes]


def _line(code: str, kinds: str, diagnostic_class: str, subclass: str, description: str) -> dict[str, str]:
    return {
        "": code,
        "description": description,
        "diagnostic": "1.0" if "d" in kinds else "",
        "form": "1.0" if "f" in kinds else "",
        "rhythm": "1.0" if "r" in kinds else "",
        "diagnostic_class": diagnostic_class,
        "diagnostic_subclass": subclass,
        "SCP-ECG Statement Description": description,
    }
