"""scp_statements.csv of the sample: the SCP-ECG statements it uses, described in our own words."""

from __future__ import annotations

from collections.abc import Iterable

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
    "AMI": ("d", "MI", "AMI", "infarction of the anterior wall"),
    "ALMI": ("d", "MI", "AMI", "infarction from the anterior to the lateral wall"),
    "LMI": ("d", "MI", "LMI", "infarction of the lateral wall"),
    "ILMI": ("d", "MI", "IMI", "infarction from the inferior to the lateral wall"),
    "PMI": ("d", "MI", "PMI", "infarction of the posterior wall"),
    "IPMI": ("d", "MI", "IMI", "infarction from the inferior to the posterior wall"),
    "IPLMI": ("d", "MI", "IMI", "infarction of the inferior, posterior and lateral walls"),
    "INJAS": ("d", "MI", "AMI", "injury below the endocardium, anterior and septal leads"),
    "INJAL": ("d", "MI", "AMI", "injury below the endocardium, anterior to lateral leads"),
    "INJLA": ("d", "MI", "AMI", "injury below the endocardium, lateral leads"),
    "INJIN": ("d", "MI", "IMI", "injury below the endocardium, inferior leads"),
    "INJIL": ("d", "MI", "IMI", "injury below the endocardium, inferior and lateral leads"),
    "LVH": ("d", "HYP", "LVH", "left ventricle enlarged (hypertrophy)"),
    "RVH": ("d", "HYP", "RVH", "right ventricle enlarged (hypertrophy)"),
    "SEHYP": ("d", "HYP", "SEHYP", "thick septum (hypertrophy)"),
    "LAO/LAE": ("d", "HYP", "LAO/LAE", "left atrium enlarged or overloaded"),
    "RAO/RAE": ("d", "HYP", "RAO/RAE", "right atrium enlarged or overloaded"),
    "ISC_": ("d", "STTC", "ISC_", "ST and T as in ischaemia or strain, place not told"),
    "ISCAN": ("d", "STTC", "ISCA", "ischaemia, anterior leads"),
    "ISCAS": ("d", "STTC", "ISCA", "ischaemia, anterior and septal leads"),
    "ISCAL": ("d", "STTC", "ISCA", "ischaemia, anterior to lateral leads"),
    "ISCLA": ("d", "STTC", "ISCA", "ischaemia, lateral leads"),
    "ISCIN": ("d", "STTC", "ISCI", "ischaemia, inferior leads"),
    "ISCIL": ("d", "STTC", "ISCI", "ischaemia, inferior and lateral leads"),
    "NDT": ("df", "STTC", "STTC", "T waves abnormal without a diagnosis"),
    "NST_": ("df", "STTC", "NST_", "ST changes that are not specific"),
    "LNGQT": ("df", "STTC", "STTC", "QT interval longer than normal"),
    "DIG": ("df", "STTC", "STTC", "effect of digitalis"),
    "EL": ("d", "STTC", "STTC", "disturbance of electrolytes, or a drug"),
    "ANEUR": ("d", "STTC", "STTC", "ST and T as in an aneurysm of the ventricle"),
    "1AVB": ("d", "CD", "_AVB", "AV block of the first degree"),
    "2AVB": ("d", "CD", "_AVB", "AV block of the second degree"),
    "3AVB": ("d", "CD", "_AVB", "AV block of the third degree"),
    "CLBBB": ("d", "CD", "CLBBB", "left bundle branch blocked completely"),
    "CRBBB": ("d", "CD", "CRBBB", "right bundle branch blocked completely"),
    "ILBBB": ("d", "CD", "ILBBB", "left bundle branch blocked incompletely"),
    "IRBBB": ("d", "CD", "IRBBB", "right bundle branch blocked incompletely"),
    "LAFB": ("d", "CD", "LAFB/LPFB", "left anterior fascicle blocked"),
    "LPFB": ("d", "CD", "LAFB/LPFB", "left posterior fascicle blocked"),
    "IVCD": ("d", "CD", "IVCD", "conduction in the ventricles delayed, place not told"),
    "WPW": ("d", "CD", "WPW", "ventricles excited early by another pathway (Wolff, Parkinson, White)"),
    "ABQRS": ("f", "", "", "QRS complex of abnormal form"),
    "PVC": ("f", "", "", "premature beats from the ventricles"),
    "PAC": ("f", "", "", "premature beats from the atria"),
    "VCLVH": ("f", "", "", "QRS voltage as high as in left ventricular hypertrophy"),
    "HVOLT": ("f", "", "", "QRS voltage high"),
    "LVOLT": ("f", "", "", "QRS voltage low in limb and chest leads"),
    "QWAVE": ("f", "", "", "Q waves of abnormal size"),
    "STD_": ("f", "", "", "ST segment lowered"),
    "STE_": ("f", "", "", "ST segment raised"),
    "INVT": ("f", "", "", "T waves inverted"),
    "LOWT": ("f", "", "", "T waves low"),
    "NT_": ("f", "", "", "T wave changes that are not specific"),
    "TAB_": ("f", "", "", "T waves abnormal"),
    "LPR": ("f", "", "", "PR interval longer than normal"),
    "SR": ("r", "", "", "rhythm led by the sinus node"),
    "SBRAD": ("r", "", "", "slow sinus rhythm"),
    "STACH": ("r", "", "", "fast sinus rhythm"),
    "SARRH": ("r", "", "", "sinus rhythm of changing rate"),
    "AFIB": ("r", "", "", "fibrillating atria"),
    "AFLT": ("r", "", "", "fluttering atria"),
    "SVTAC": ("r", "", "", "fast rhythm from above the ventricles"),
    "PSVT": ("r", "", "", "attack of a fast rhythm from above the ventricles"),
    "BIGU": ("r", "", "", "every second beat premature"),
    "TRIGU": ("r", "", "", "every third beat premature"),
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


def superclasses_of(codes: Iterable[str]) -> tuple[str, ...]:
    """The diagnostic classes of SCP codes, sorted; codes not described here have none."""
    return tuple(sorted({_STATEMENTS[code][1] for code in codes if code in _STATEMENTS} - {""}))
