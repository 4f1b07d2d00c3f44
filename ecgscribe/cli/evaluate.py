"""`python -m ecgscribe evaluate`: captions of a whole split, scored beside naive controls."""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any


def add_parser(subparsers: Any) -> None:
    """Registers `evaluate`."""
    parser = subparsers.add_parser(
        "evaluate",
        help="score a model on a dataset",
        description="Reads every picture of a split with the reader that serves, writes predictions.jsonl and "
        "results.json and prints the scores beside those of naive controls. An interrupted run goes on when the same "
        "command is given again.",
        epilog="Exit code 0: done; 2: could not; 130: interrupted.",
    )
    add = parser.add_argument
    add("--model", metavar="M", help="model folder or Hub id (default: ECGSCRIBE_MODEL, else embedded)")
    add("--dataset", default="out/dataset", metavar="D", help="dataset folder or Hub id (default: out/dataset)")
    add("--split", default="test", metavar="NAME", help="which rows (default: test)")
    add("--config", default="pages", choices=("pages", "photos", "all"), help="which pictures (default: pages)")
    add("--caption-style", choices=("report", "statements"), default="", help="text to compare with (the dataset's)")
    add("--out", type=Path, default=Path("out/evaluation"), metavar="DIR", help="results (default: out/evaluation)")
    add("--limit", type=int, metavar="N", help="the first N rows only")
    add("--batch", type=int, default=8, metavar="N", help="pages embedded at once for the controls (default: 8)")
    add("--seed", type=int, default=0, help="decides resamples and random controls (default: 0)")
    add("--controls", action=argparse.BooleanOptionalAction, default=True, help="score the naive controls too")
    add("--resamples", type=int, default=1000, metavar="N", help="bootstrap resamples by patient (default: 1000)")
    add("--train-pages", type=int, metavar="N", help="training pages for the nearest neighbour and probe (all)")
    add("--tokenizer", choices=("auto", "ptb", "rules"), default="auto", help="ptb needs Java, rules do not")
    add("--allow-shared-patients", action="store_true", help="accept a dataset with a patient in two splits")
    add("--update-card", action="store_true", help="put results.json and the tables into the model folder too")
    add("--push-metric", metavar="REPO", help="only upload the evaluate module, as owner/ecg_captions")


def run(args: argparse.Namespace) -> int:
    """Evaluates and prints the tables."""
    if args.push_metric:
        from ecgscribe.evaluation.push import push_metric

        print(f"Pushed: {push_metric(args.push_metric)}")
        return 0
    from ecgscribe.core.errors import BadOption
    from ecgscribe.evaluation.run import Options, run
    from ecgscribe.evaluation.table import markdown
    from ecgscribe.reader.reader import Reader, default_model

    model = args.model or default_model()
    if args.update_card and not Path(model).is_dir():
        raise BadOption(f"--update-card needs a model folder, {model} is none.", "Fetch the model into a folder first.")
    options = Options(
        model=model,
        dataset=args.dataset,
        out=args.out,
        split=args.split,
        limit=args.limit,
        batch=args.batch,
        seed=args.seed,
        controls=args.controls,
        resamples=args.resamples,
        train_pages=args.train_pages,
        tokenizer=args.tokenizer,
        allow_shared_patients=args.allow_shared_patients,
        config=args.config,
        caption_style=args.caption_style,
    )
    results = run(options, Reader.from_pretrained(model), progress)
    print(markdown(results))
    print(f"Written: {args.out / 'results.json'} and {args.out / 'predictions.jsonl'}", file=sys.stderr)
    if args.update_card:
        update_model(Path(model), results)
    return 0


def progress(name: str) -> Callable[[int, int], None]:
    """Counts on stderr: a line that renews itself on a terminal, elsewhere a line every ten seconds."""
    live, started = sys.stderr.isatty(), time.monotonic()
    shown = [started]

    def show(done: int, total: int) -> None:
        now = time.monotonic()
        if done == total or now - shown[0] > (0.2 if live else 10):
            shown[0] = now
            end = "\n" if done == total or not live else ""
            text = f"{name}: {done} of {total}, {now - started:.0f} s"
            print(f"\r{text} " if live else text, end=end, file=sys.stderr, flush=True)

    return show


def update_model(folder: Path, results: dict) -> None:
    """Writes results.json and the card's section of scores into a model folder, each whole or not at all."""

    from ecgscribe.data.disk import write_text
    from ecgscribe.evaluation.predict import write_json
    from ecgscribe.evaluation.table import fill_card

    write_json(folder / "results.json", results)
    card = folder / "README.md"
    write_text(card, fill_card(card.read_text(encoding="utf-8") if card.is_file() else "", results))
