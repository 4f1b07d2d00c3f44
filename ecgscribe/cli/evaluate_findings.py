"""`ecgscribe evaluate-findings`: scores models/ecg-findings on pages of PTB-XL records in every condition."""

from __future__ import annotations

import argparse
from pathlib import Path

from ecgscribe.cli.ptbxl_options import add_ptbxl, excluded_of, words_of


def add_parser(subparsers) -> None:
    parser = subparsers.add_parser("evaluate-findings", help="score the findings by condition; writes results.json")
    parser.add_argument("--model", default=None, help="folder or Hub id; default: models/ecg-findings")
    add_ptbxl(parser)
    parser.add_argument("--split", default="validation", help="train, validation or test")
    parser.add_argument(
        "--conditions", default="", help="comma between, NAME or NAME:COUNT; default: all, and the recorded signals"
    )
    parser.add_argument(
        "--outside", type=Path, nargs="+", default=[], help="WFDB folders of other sources to score too"
    )
    parser.add_argument("--outside-conditions", default="recorded", help="comma between")
    parser.add_argument("--limit", type=int, default=0, help="score only so many records, drawn with the seed")
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--resamples", type=int, default=300, help="for the intervals by patient")
    parser.add_argument("--trace", default=None, help="folder or Hub id of the digitiser; default: models/ecg-trace")
    parser.add_argument("--no-digitize", action="store_true", help="score the pictures alone: half the time")
    parser.add_argument("--work", type=Path, required=True, help="keeps what is done; a second start goes on")
    parser.add_argument("--output", type=Path, help="results.json to write; default: in the model folder")
    parser.add_argument("--update-card", action="store_true", help="write the tables into the folder's README.md")
    parser.add_argument("--threads", type=int, default=1)
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    from ecgscribe.digitize.digitizer import Digitizer
    from ecgscribe.evaluation.findings_card import update_card
    from ecgscribe.evaluation.findings_outside import outside_scores
    from ecgscribe.evaluation.findings_run import FindingsEvaluation, evaluate_findings, write_results
    from ecgscribe.findings.classifier import EMBEDDED, Classifier
    from ecgscribe.findings.folder import use_threads

    use_threads(args.threads)
    given = {"conditions": words_of(args.conditions)}
    wanted = FindingsEvaluation(
        ptbxl=args.ptbxl,
        work=args.work,
        split_file=args.split_file,
        split=args.split,
        excluded=excluded_of(args),
        limit=args.limit,
        seed=args.seed,
        resamples=args.resamples,
        **(given if given["conditions"] else {}),
    )
    digitizer = None if args.no_digitize else Digitizer.from_pretrained(args.trace)
    classifier = Classifier.from_pretrained(args.model)
    result = evaluate_findings(wanted, classifier, digitizer)
    if args.outside:
        conditions = list(words_of(args.outside_conditions))
        held = outside_scores(args.outside, classifier, args.work, conditions, digitizer, args.seed)
        result["outside"] = held
    folder = Path(args.model or EMBEDDED)
    write_results(result, args.output or folder / "results.json")
    if args.update_card:
        update_card(folder / "README.md", result)
    return 0
