"""The dataset card: README.md of a built folder, written from its own rows."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from statistics import median

from ecgscribe.data.plan import Plan, PlannedRow
from ecgscribe.data.shards import BadRow

_SIZES = ((1_000, "n<1K"), (10_000, "1K<n<10K"), (100_000, "10K<n<100K"), (float("inf"), "100K<n<1M"))
_LANGUAGES = {"de": "German", "en": "English", "sv": "Swedish", "": "not recognised"}
_SPLIT_WORDS = {
    "patient": "80:10:10 by patient: a patient's split depends on the patient and the seed ({seed}) only.",
    "folds": "PTB-XL's recommended folds: 1 to 8 train, 9 validation, 10 test.",
    "random": "80:10:10 by record at random (seed {seed}). **Patients are shared between splits**: this form only "
    "reproduces figures published for such a split; a test on it flatters every model.",
    "file": "Taken from a list of records given at the build.",
}
_CITATION = """Wagner P, Strodthoff N, Bousseljot RD, Kreiseler D, Lunze FI, Samek W, Schaeffter T. PTB-XL, a large
publicly available electrocardiography dataset. Scientific Data 7:154 (2020). doi 10.1038/s41597-020-0495-6.
PhysioNet: https://physionet.org/content/ptb-xl/"""


@dataclass(frozen=True)
class CardFacts:
    """What the rows alone do not tell: the build's options, the bad rows, and the notes printed on pictures."""

    options: dict
    bad: list[BadRow]
    notes: list[str]


def card(plan: Plan, facts: CardFacts) -> str:
    """The text of README.md: YAML header, counts, one row, split, how it was made, limits, licence."""
    gone = {bad.ecg_id for bad in facts.bad}
    rows = {split: [row for row in chosen if row.source.ecg_id not in gone] for split, chosen in plan.rows.items()}
    rows = {split: chosen for split, chosen in rows.items() if chosen}
    every = [row for chosen in rows.values() for row in chosen]
    parts = [
        _header(rows, facts),
        f"# ECG pages with captions ({len(every)} rows)\n",
        _what(facts),
        "## Rows\n\n" + _counts(rows),
        _columns(every[0], facts.options["px_per_mm"]),
        "## Split\n\n" + _SPLIT_WORDS[facts.options["split"]].format(seed=facts.options["seed"]) + "\n",
        "## What is in it\n\n" + _content(every),
        "## Left out\n\n" + _left_out(plan, facts),
        "## Limits\n\n" + _limits(plan, facts),
        "## Licence and source\n\n" + _licence(facts),
    ]
    return "\n".join(parts)


def _header(rows: dict[str, list[PlannedRow]], facts: CardFacts) -> str:
    total = sum(map(len, rows.values()))
    size = next(name for limit, name in _SIZES if total < limit)
    files = "".join(f"  - split: {split}\n    path: data/{split}-*.parquet\n" for split in rows)
    tags = ["ecg", "electrocardiogram", "medical"] + (["simulated"] if facts.notes else [])
    return (
        "---\npretty_name: ECG pages with captions\nlanguage:\n- en\n"
        f"license: {_licence_name(facts)}\ntask_categories:\n- image-to-text\nsize_categories:\n- {size}\n"
        "tags:\n" + "".join(f"- {tag}\n" for tag in tags) + "configs:\n- config_name: default\n  data_files:\n"
        f"{files}---\n"
    )


def _what(facts: CardFacts) -> str:
    if facts.options["pictures"] == "drawn":
        how = (
            "Pictures of 12-lead ECG pages, drawn from the records: A4 landscape, 3x4 leads and rhythm strip II, "
            f"25 mm/s, 10 mm/mV, {facts.options['px_per_mm']:g} pixels per mm."
        )
        photos = facts.options.get("photos", 0)
        if photos:
            how += (
                f" Beside each clean page stand {photos} distorted one(s) of the same record (`variant` above 0): "
                "other styles, as scans, copies, photographs and pictures of a screen."
            )
    else:
        how = "Pictures of 12-lead ECG pages, taken unchanged from a folder of pictures named by record."
    warning = "".join(f"\n\n**Every picture says: {note}**" for note in facts.notes)
    return (
        f"{how} Each has a caption: the record's report in English, in one normal form.{warning}\n\n"
        "Made for research on reading ECG pictures. Not for diagnosis.\n\n```python\n"
        'from datasets import load_dataset\n\nrows = load_dataset("THIS_FOLDER_OR_REPOSITORY")\n```\n'
    )


def _counts(rows: dict[str, list[PlannedRow]]) -> str:
    lines = ["| split | rows | patients | distinct captions |", "| --- | ---: | ---: | ---: |"]
    for split, chosen in rows.items():
        patients = len({row.source.patient_id for row in chosen})
        lines.append(f"| {split} | {len(chosen)} | {patients} | {len({row.caption for row in chosen})} |")
    return "\n".join(lines) + "\n"


def _columns(example: PlannedRow, px_per_mm: float | None) -> str:
    source = example.source
    codes = ", ".join(f"{code} {value:g}" for code, value in source.scp_codes.items()) or "(none)"
    values = (
        ("image", "the page", "(picture)"),
        ("caption", "English, normal form", example.caption),
        ("report", "as in the source", source.report),
        ("language", "of the report", example.language),
        ("scp_codes", "code and likelihood 0 to 100; 0 means unknown", codes),
        ("superclasses", "diagnostic classes of the codes", ", ".join(source.superclasses) or "(none)"),
        ("ecg_id", "record number", str(source.ecg_id)),
        ("patient_id", "pseudonym in the source", source.patient_id),
        ("strat_fold", "the source's fold", str(source.strat_fold)),
        ("seed", "of the drawing; null for found pictures", "(a number)"),
        ("px_per_mm", "of the drawing; null for found pictures", "" if px_per_mm is None else f"{px_per_mm:g}"),
        ("variant", "0 the page itself, 1 and more distorted pages of the record", "0"),
        ("preset", "how it was distorted; empty for found pictures", "" if px_per_mm is None else "clean"),
        ("severity", "of the distortion, 0 to 1", "" if px_per_mm is None else "0"),
        ("layout", "of the page; empty for found pictures", "" if px_per_mm is None else "3x4+1"),
        ("style", "of the page; empty for found pictures", "" if px_per_mm is None else "standard"),
    )
    lines = ["| column | what | first row |", "| --- | --- | --- |"]
    return "\n".join(lines + [f"| {name} | {what} | {_cell(value)} |" for name, what, value in values]) + "\n"


def _content(every: list[PlannedRow]) -> str:
    classes = Counter(name for row in every for name in row.source.superclasses or ("none",))
    languages = Counter(row.language for row in every)
    words = [len(row.caption.split()) for row in every]
    human = sum(row.source.validated_by_human for row in every)
    return (
        f"Superclasses (a row may have several): {_listed(classes)}.\n\n"
        f"Languages of the reports: {_listed(Counter({_LANGUAGES.get(k, k): n for k, n in languages.items()}))}.\n\n"
        f"Words per caption: {min(words)} to {max(words)}, median {median(words):g}. "
        f"Reports validated by a human: {human} of {len(every)}.\n"
    )


def _left_out(plan: Plan, facts: CardFacts) -> str:
    lines = [f"- {reason}: {count}" for reason, count in sorted(plan.dropped.items())]
    if facts.options.get("absent"):
        lines.append(f"- record not in the folder: {facts.options['absent']}")
    codes = Counter(bad.code for bad in facts.bad)
    lines += [f"- bad record ({code}): {count}" for code, count in sorted(codes.items())]
    return "\n".join(lines or ["Nothing."]) + "\n"


def _limits(plan: Plan, facts: CardFacts) -> str:
    words = sum(plan.unknown.values())
    lines = [
        f"- Captions are machine translations ({facts.options['translator']}), not checked by a physician; "
        f"{words} words ({len(plan.unknown)} distinct) were left untranslated.",
        f"- Reports cut at the source's length limit, their last statement left out: {plan.cut}.",
        "- Records and reports are simulated: figures measured on them say nothing about real patients."
        if facts.notes
        else "- Reports were partly written by machines and not all were validated by a human.",
    ]
    if facts.options["pictures"] == "drawn":
        if facts.options.get("photos"):
            lines.append(
                "- Drawings of one layout and scale; their scans and photographs are computed, none was taken."
            )
        else:
            lines.append("- Clean drawings of one layout and scale: no scan, no photograph, no other paper.")
    return "\n".join(lines) + "\n"


def _licence_name(facts: CardFacts) -> str:
    if facts.options["pictures"] != "drawn":
        return "other"
    return "apache-2.0" if facts.notes else "cc-by-4.0"


def _licence(facts: CardFacts) -> str:
    if facts.options["pictures"] != "drawn":
        return f"The pictures keep the licence of their folder. Reports and codes:\n\n{_CITATION}\nCC BY 4.0.\n"
    if facts.notes:
        return "Simulated records of invented patients, made with ecgscribe: Apache-2.0.\n"
    return f"Drawn from PTB-XL, CC BY 4.0; changed: signals drawn as pages, reports translated.\n\n{_CITATION}\n"


def _listed(counts: Counter) -> str:
    return ", ".join(f"{name} {count}" for name, count in sorted(counts.items(), key=lambda item: (-item[1], item[0])))


def _cell(text: str) -> str:
    return " ".join(text.split()).replace("|", "\\|")
