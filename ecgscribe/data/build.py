"""From a PTB-XL folder, or from simulated records, to a dataset folder: plan, pictures, shards, card."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import ecgscribe
from ecgscribe.core.errors import BadOption
from ecgscribe.data.card import CardFacts, card, catalogue
from ecgscribe.data.croissant import FILE as CROISSANT
from ecgscribe.data.croissant import croissant
from ecgscribe.data.disk import file_digest
from ecgscribe.data.download import Download
from ecgscribe.data.folder import ROWS_PER_SHARD, DatasetFolder, Listener
from ecgscribe.data.origin import Origin, origin_of
from ecgscribe.data.pictures import Drawn, Found
from ecgscribe.data.plan import Plan, make_plan
from ecgscribe.data.processes import workers_named
from ecgscribe.data.ptbxl import DATABASE
from ecgscribe.data.row import CONFIGS, PAGES, STYLES
from ecgscribe.data.shards import BadRow
from ecgscribe.data.signal_rows import Content
from ecgscribe.data.split import SPLITS, splitter
from ecgscribe.text.translate import translator_named


@dataclass(frozen=True)
class BuildOptions:
    """One dataset: what goes in and how it is drawn and split.

    `ptbxl` a folder in PTB-XL's layout; `simulated` so many simulated records instead of it; `wfdb` folders of
    other records beside or without it; `supplements` csv files of further texts and records; `images` a folder of
    pictures to take instead of drawing; `photos` distorted pages of each record beside the clean one; `signals`
    with the twelve leads too; `limit` the first records only, or a `subset` of about so many, patient by patient;
    `caption_style` report or statements, the text that training and evaluation take unless told otherwise; `split`
    patient, folds or random, or `split_file`; `cache` where the online translator remembers; `only_existing` leaves
    rows out whose record (or picture) is not there; `download` fetches what is missing; `processes` that draw, 0
    for all cores; `engine` of `processes.ENGINES`, `ray_address` of a running cluster.
    """

    ptbxl: Path | None
    out: Path
    images: Path | None = None
    limit: int | None = None
    split: str = "patient"
    split_file: Path | None = None
    seed: int = 42
    translator: str = "glossary"
    cache: Path | None = None
    px_per_mm: float = 8.0
    rate_hz: int | None = None
    only_existing: bool = False
    download: bool = False
    processes: int = 1
    engine: str = "processes"
    ray_address: str | None = None
    rows_per_shard: int = ROWS_PER_SHARD
    simulated: int | None = None
    photos: int = 0
    signals: bool = False
    subset: int | None = None
    caption_style: str = "report"
    wfdb: tuple[Path, ...] = ()
    supplements: tuple[Path, ...] = ()

    def __post_init__(self):
        for name in ("limit", "subset", "px_per_mm", "rows_per_shard", "simulated"):
            value = getattr(self, name)
            if value is not None and not value > 0:
                raise BadOption(f"{name} must be positive, got {value}.")
        if self.processes < 0:
            raise BadOption(f"processes must not be negative, got {self.processes}.", "Use 0 for all cores.")
        workers_named(self.engine, self.processes, self.ray_address)
        if self.photos < 0:
            raise BadOption(f"photos must not be negative, got {self.photos}.")
        if self.photos and self.images is not None:
            raise BadOption("Distorted pages are drawn from records, not from pictures.", "Leave out images or photos.")
        if self.simulated and (self.images is not None or self.download):
            raise BadOption("Simulated records need neither pictures nor a download.", "Leave these options out.")
        if self.images is not None and (self.signals or self.wfdb or self.supplements):
            raise BadOption("Pictures that are taken as they are go without signals and other sources.")
        if self.limit is not None and self.subset is not None:
            raise BadOption("A limit and a subset cannot both be met.", "Leave out --limit or --subset.")
        if self.caption_style not in STYLES:
            raise BadOption(f"There is no caption style {self.caption_style!r}.", f"Known: {', '.join(STYLES)}.")
        if self.download and self.ptbxl is None:
            raise BadOption("A download needs the folder it goes to.", "Name it by --ptbxl.")


@dataclass(frozen=True)
class BuildResult:
    """`rows` (pages) by split; `configs` the rows of each config by split; `subset` in words, or ""; `dropped` reason
    -> rows without a caption or split; `absent` rows whose record is not in the folder (only when these were to
    be left out); `bad` rows whose record or picture could not be used."""

    folder: Path
    rows: dict[str, int]
    dropped: Counter
    absent: int
    bad: list[BadRow]
    configs: dict[str, dict[str, int]] = field(default_factory=dict)
    subset: str = ""


def build(
    options: BuildOptions, listener: Listener | None = None, say: Callable[[str], None] = lambda text: None
) -> BuildResult:
    """Builds the dataset folder, or goes on with it; `say` gets a line for each step.

    Raises `BadOption` for options that do not fit, a folder begun with other options, a patient in two splits,
    or when no row is left; `Offline` when a download fails for good.
    """
    download = Download(options.ptbxl) if options.download else None
    if download:
        say(f"Fetching the tables of PTB-XL into {options.ptbxl}")
        download.metadata()
    origin = origin_of(options, say)
    plan = _plan(options, origin)
    absent = origin.absent
    if not len(plan):
        reasons = ", ".join(f"{reason} {count}" for reason, count in plan.dropped.items()) or "the source is empty"
        raise BadOption(
            f"No row of {options.ptbxl or 'the sources'} can be used: {reasons}; {absent} records are not there."
        )
    if plan.subset:
        say(f"Subset: {plan.subset.told()}")
    if download and options.images is None:
        say("Fetching records")
        rows = [row.source for _, row in plan.all() if row.config == PAGES and row.source.source == "ptb-xl"]
        download.records(rows, origin.rate_hz, lambda k: k % 100 or say(f"{k} of {len(rows)} records"))
    if options.images is None:
        pictures = Drawn(origin.records, options.px_per_mm, options.seed)
    else:
        pictures = Found(options.images)
    facts = _facts(options, origin, plan)
    work = DatasetFolder(options.out, facts, plan, options.rows_per_shard)
    say(f"Building {len(plan)} rows in {options.out}")
    content = Content(pictures, origin.records if options.signals else None)
    work.run(content, workers_named(options.engine, options.processes, options.ray_address), listener)
    configs = {config: {split: work.row_count(split, config) for split in SPLITS} for config in CONFIGS}
    rows = configs[PAGES]
    if not any(rows.values()):
        raise BadOption(f"None of the {len(plan)} records could be used; the first: {work.bad[0].message}")
    known = CardFacts(facts, work.bad, work.notes)
    work.finish(card(plan, known), {CROISSANT: croissant(work.digests, *catalogue(plan, known), ecgscribe.__version__)})
    told = plan.subset.told() if plan.subset else ""
    configs = {config: counts for config, counts in configs.items() if any(counts.values())}
    return BuildResult(options.out, rows, plan.dropped, absent, work.bad, configs, told)


def _plan(options: BuildOptions, origin: Origin) -> Plan:
    split_of = splitter(options.split, options.seed, options.split_file)
    translator = translator_named(options.translator, options.cache)
    shared = options.split == "random" and options.split_file is None
    return make_plan(
        origin.rows,
        split_of,
        translator,
        options.limit,
        shared_patients=shared,
        variants=options.photos,
        subset=options.subset,
        seed=options.seed,
        signals=options.signals,
    )


def _facts(options: BuildOptions, origin: Origin, plan: Plan) -> dict:
    """The options that decide about the bytes; no path, so that a folder may move and be published."""
    drawn = options.images is None
    return {
        "version": ecgscribe.__version__,
        "pictures": "drawn" if drawn else "found",
        "px_per_mm": options.px_per_mm if drawn else None,
        "rate_hz": origin.rate_hz if drawn else None,
        "split": "file" if options.split_file else options.split,
        "split_file": file_digest(options.split_file) if options.split_file else None,
        "seed": options.seed,
        "translator": options.translator,
        "limit": options.limit,
        "only_existing": options.only_existing,
        "absent": origin.absent,
        "simulated": options.simulated,
        "photos": options.photos,
        "signals": options.signals,
        "subset": options.subset,
        "subset_told": plan.subset.told() if plan.subset else "",
        "caption_style": options.caption_style,
        "unmapped": dict(sorted(origin.unmapped.items())),
        "supplements": [file_digest(path) for path in options.supplements],
        "database": None if options.simulated or options.ptbxl is None else file_digest(options.ptbxl / DATABASE),
    }
