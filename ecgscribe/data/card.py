"""The dataset card: README.md of a built folder, written from its own rows."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

from ecgscribe.data.card_columns import columns
from ecgscribe.data.licences import Licence, licence_of, together
from ecgscribe.data.plan import Plan
from ecgscribe.data.row import CONFIGS, FOLDERS, PAGES, PHOTOS, SIGNALS
from ecgscribe.data.shards import BadRow
from ecgscribe.data.split import SPLITS
from ecgscribe.data.tally import Tally, median_of, tally
from ecgscribe.text.snomed import concept_name

_SIZES = ((1_000, "n<1K"), (10_000, "1K<n<10K"), (100_000, "10K<n<100K"), (1_000_000, "100K<n<1M"))
_MOST_STATEMENTS = 20
_LANGUAGES = {"de": "German", "en": "English", "sv": "Swedish", "": "not recognised"}
_SPLIT_WORDS = {
    "patient": "80:10:10 by patient: a patient's split depends on the patient and the seed ({seed}) only.",
    "folds": "PTB-XL's recommended folds: 1 to 8 train, 9 validation, 10 test.",
    "random": "80:10:10 by record at random (seed {seed}). **Patients are shared between splits**: this form only "
    "reproduces figures published for such a split; a test on it flatters every model.",
    "file": "Taken from a list of records given at the build; records of other sources that it does not name are split "
    "80:10:10 by patient.",
}


@dataclass(frozen=True)
class CardFacts:
    """What the rows alone do not tell: the build's options, the bad rows, and the notes printed on pictures."""

    options: dict
    bad: list[BadRow]
    notes: list[str]


def card(plan: Plan, facts: CardFacts) -> str:
    """The text of README.md: YAML header, counts, one row, split, how it was made, limits, licence."""
    found = tally(plan, (bad.ecg_id for bad in facts.bad))
    has_signals = any(config == SIGNALS for config, _ in found.splits)
    parts = [
        _header(found, facts),
        f"# ECG pages with captions ({found.pages} rows)\n",
        _what(found, facts),
        "## Rows\n\n" + _counts(found, facts),
        columns(found.example, facts.options["px_per_mm"], has_signals),
        "## Split\n\n" + _split(facts),
        "## What is in it\n\n" + _content(found),
        "## Left out\n\n" + _left_out(plan, facts),
        "## Limits\n\n" + _limits(plan, found, facts),
        "## Licence and source\n\n" + _licence(found, facts),
    ]
    return "\n".join(parts)


def catalogue(plan: Plan, facts: CardFacts) -> tuple[str, list[Licence]]:
    """One paragraph, and the licences, for catalogues."""
    found = tally(plan, (bad.ecg_id for bad in facts.bad))
    licences = [licence_of(source) for source in sources_of(found, facts)]
    return (
        f"{found.pages} pictures of 12-lead ECG pages, each with an English caption and coded statements. "
        f"Source: {', '.join(licence.title for licence in licences)}. "
        "For research on reading ECG pictures; not for diagnosis.",
        licences,
    )


def sources_of(found: Tally, facts: CardFacts) -> list[str]:
    """The collections in it; those in PTB-XL's layout whose records say that they are simulated count as that."""
    layout = {"ptb-xl": "simulated"} if facts.notes else {}
    return sorted({layout.get(source, source) for source in found.sources})


def _header(found: Tally, facts: CardFacts) -> str:
    total = found.pages
    size = next((name for limit, name in _SIZES if total < limit), "1M<n<10M")
    tags = ["ecg", "electrocardiogram", "medical", "croissant"] + (["simulated"] if facts.notes else [])
    configs = ""
    for config in CONFIGS:
        splits = [split for split in SPLITS if (config, split) in found.splits]
        if splits:
            files = "".join(f"  - split: {split}\n    path: {FOLDERS[config]}/{split}-*.parquet\n" for split in splits)
            default = "  default: true\n" if config == PAGES else ""
            configs += f"- config_name: {config}\n{default}  data_files:\n{files}"
    return (
        "---\npretty_name: ECG pages with captions\nlanguage:\n- en\n"
        f"license: {_licence_name(found, facts)}\ntask_categories:\n- image-to-text\nsize_categories:\n- {size}\n"
        "tags:\n" + "".join(f"- {tag}\n" for tag in tags) + f"configs:\n{configs}---\n"
    )


def _what(found: Tally, facts: CardFacts) -> str:
    if facts.options["pictures"] == "drawn":
        how = (
            "Pictures of 12-lead ECG pages, drawn from the records: A4 landscape, 3x4 leads and rhythm strip II, "
            f"25 mm/s, 10 mm/mV, {facts.options['px_per_mm']:g} pixels per mm."
        )
        photos = facts.options.get("photos", 0)
        if photos:
            how += (
                f" The config `photos` has {photos} distorted page(s) of each record (`variant` above 0): "
                "other styles, as scans, copies, photographs and pictures of a screen."
            )
        if facts.options.get("signals"):
            how += " The config `signals` has the twelve leads themselves."
    else:
        how = "Pictures of 12-lead ECG pages, taken unchanged from a folder of pictures named by record."
    which = "Every picture says" if sources_of(found, facts) == ["simulated"] else "Pictures of simulated records say"
    warning = "".join(f"\n\n**{which}: {note}**" for note in facts.notes)
    return (
        f"{how} Each has a caption: the record's report in English, in one normal form.{warning}\n\n"
        "Made for research on reading ECG pictures. Not for diagnosis.\n\n```python\n"
        'from datasets import load_dataset\n\nrows = load_dataset("THIS_FOLDER_OR_REPOSITORY")\n'
        + "".join(
            f'{config} = load_dataset("THIS_FOLDER_OR_REPOSITORY", "{config}", streaming=True)\n'
            for config in (PHOTOS, SIGNALS)
            if any(own == config for own, _ in found.splits)
        )
        + "```\n"
    )


def _counts(found: Tally, facts: CardFacts) -> str:
    configs = [config for config in CONFIGS if any(own == config for own, _ in found.splits)]
    text = ""
    for config in configs:
        text += f"Config `{config}`:\n\n" if len(configs) > 1 else ""
        text += "| split | rows | patients | distinct captions |\n| --- | ---: | ---: | ---: |\n"
        for split in SPLITS:
            own = found.splits.get((config, split))
            if own:
                text += f"| {split} | {own.rows} | {len(own.patients)} | {len(own.captions)} |\n"
        text += "\n"
    style = facts.options.get("caption_style", "report")
    column = "caption" if style == "report" else "structured"
    told = f"Training and evaluation take the column `{column}` unless told otherwise (`caption_style`: {style})."
    if facts.options.get("subset_told"):
        told = f"A subset: {facts.options['subset_told']}. Smaller subsets of the same seed lie in it.\n\n{told}"
    return f"{text}{told}\n"


def _split(facts: CardFacts) -> str:
    return _SPLIT_WORDS[facts.options["split"]].format(seed=facts.options["seed"]) + "\n"


def _content(found: Tally) -> str:
    languages = Counter({_LANGUAGES.get(name, name): count for name, count in found.languages.items()})
    said = Counter(dict(found.statements.most_common(_MOST_STATEMENTS)))
    sources = f"Sources: {_listed(found.sources)}.\n\n" if len(found.sources) > 1 else ""
    return (
        f"{sources}Superclasses (a row may have several): {_listed(found.classes)}.\n\n"
        f"Languages of the reports: {_listed(languages)}.\n\n"
        f"Words per caption: {min(found.words)} to {max(found.words)}, median {median_of(found.words):g}. "
        f"Reports validated by a human: {found.human} of {found.pages}.\n\n"
        f"Statements said to be present, the {len(said)} most frequent of {len(found.statements)}: {_listed(said)}. "
        f"Rows whose caption says nothing that has a code: {found.unsaid}.\n"
    )


def _left_out(plan: Plan, facts: CardFacts) -> str:
    lines = [f"- {reason}: {count}" for reason, count in sorted(plan.dropped.items())]
    if facts.options.get("absent"):
        lines.append(f"- record not in the folder: {facts.options['absent']}")
    for code, count in sorted(facts.options.get("unmapped", {}).items()):
        lines.append(f"- SNOMED CT code {code} ({concept_name(code)}), which has no statement here: {count} records")
    codes = Counter(bad.code for bad in facts.bad)
    lines += [f"- bad record ({code}): {count}" for code, count in sorted(codes.items())]
    return "\n".join(lines or ["Nothing."]) + "\n"


def _limits(plan: Plan, found: Tally, facts: CardFacts) -> str:
    simulated = "Records" if sources_of(found, facts) == ["simulated"] else "Some records"
    words = sum(plan.unknown.values())
    lines = [
        f"- Captions are machine translations ({facts.options['translator']}), not checked by a physician; "
        f"{words} words ({len(plan.unknown)} distinct) were left untranslated.",
        f"- Reports cut at the source's length limit, their last statement left out: {plan.cut}.",
        f"- {simulated} and reports are simulated: figures measured on them say nothing about real patients."
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
    for source in sources_of(found, facts):
        note = licence_of(source).note
        if note:
            lines.append(f"- {licence_of(source).title}: {note}")
    return "\n".join(lines) + "\n"


def _licence_name(found: Tally, facts: CardFacts) -> str:
    return "other" if facts.options["pictures"] != "drawn" else together(sources_of(found, facts))


def _licence(found: Tally, facts: CardFacts) -> str:
    lines = []
    if facts.options["pictures"] != "drawn":
        lines.append("The pictures keep the licence of their folder. Reports and codes:\n")
    for source in sources_of(found, facts):
        known = licence_of(source)
        lines.append(f"- {known.title}: {known.licence} ({known.address}). {known.citation}")
    if sources_of(found, facts) != ["simulated"]:
        lines.append("\nChanged: signals drawn as pages, reports translated into English and put into one form.")
    return "\n".join(lines) + "\n"


def _listed(counts: Counter) -> str:
    return ", ".join(f"{name} {count}" for name, count in sorted(counts.items(), key=lambda item: (-item[1], item[0])))
