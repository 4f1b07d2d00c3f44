"""What is known of each collection: its licence, where it comes from, how it is cited, what to know about it."""

from __future__ import annotations

from dataclasses import dataclass

_CHALLENGE = (
    "Reyna MA et al. Will two do? Varying dimensions in electrocardiography: the PhysioNet/Computing in Cardiology "
    "Challenge 2021. Computing in Cardiology 48 (2021). doi 10.23919/CinC53138.2021.9662687."
)
_CC_BY = ("cc-by-4.0", "https://creativecommons.org/licenses/by/4.0/")


@dataclass(frozen=True)
class Licence:
    """`title` of a collection; `licence` as the Hub names it and its `address`; `citation`; `note` or ""."""

    title: str
    licence: str
    address: str
    citation: str
    note: str = ""


PTBXL_NOTE = (
    "PTB-XL 1.0.1 has 21,837 records of 18,885 patients; 1.0.3 has 21,799: 38 are not there any more "
    "(`python -m ecgscribe audit` names them). The 21,671 of published captioning studies are what a set of pictures "
    "on Kaggle holds."
)
LICENCES = {
    "ptb-xl": Licence(
        "PTB-XL",
        *_CC_BY,
        "Wagner P, Strodthoff N, Bousseljot RD, Kreiseler D, Lunze FI, Samek W, Schaeffter T. PTB-XL, a large "
        "publicly available electrocardiography dataset. Scientific Data 7:154 (2020). doi 10.1038/s41597-020-0495-6. "
        "PhysioNet: https://physionet.org/content/ptb-xl/",
        PTBXL_NOTE,
    ),
    "ludb": Licence(
        "Lobachevsky University ECG database (LUDB)",
        "odc-by",
        "https://opendatacommons.org/licenses/by/1-0/",
        "Kalyakulina AI et al. LUDB: a new open-access validation tool for electrocardiogram delineation algorithms. "
        "IEEE Access 8:186181-186190 (2020). doi 10.1109/ACCESS.2020.3029211.",
        "Diagnoses in words of a fixed list; one record a patient.",
    ),
    "simulated": Licence(
        "Simulated records of invented patients, made with ecgscribe",
        "apache-2.0",
        "https://www.apache.org/licenses/LICENSE-2.0",
        "ecgscribe.",
    ),
}
LICENCES |= {
    name: Licence(
        f"{title} (PhysioNet/CinC Challenge 2021)",
        *_CC_BY,
        _CHALLENGE,
        "Findings are SNOMED CT codes without a report: the caption is written from them. No patient numbers: every "
        "record counts as a patient of its own.",
    )
    for name, title in (
        ("georgia", "Georgia 12-lead ECG"),
        ("ningbo", "Ningbo"),
        ("chapman_shaoxing", "Chapman-Shaoxing"),
        ("cpsc_2018", "CPSC 2018"),
        ("cpsc_2018_extra", "CPSC 2018, unused part"),
        ("ptb", "PTB"),
        ("st_petersburg_incart", "St Petersburg INCART"),
    )
}


def licence_of(source: str) -> Licence:
    """What is known of a source; of others that nothing is known."""
    unknown = Licence(source, "other", "", source, "Its licence is not known here.")
    return LICENCES.get(source, unknown)


def together(sources: list[str]) -> str:
    """The licence of a set made of several: the one they share, else other."""
    names = {licence_of(source).licence for source in sources}
    return names.pop() if len(names) == 1 else "other"
