"""`python -m ecgscribe make-sample --out DIR`: the embedded sample of simulated records, made anew."""

from __future__ import annotations


def add_parser(commands) -> None:
    """Adds `make-sample` to the commands."""
    parser = commands.add_parser(
        "make-sample",
        help="make the sample of simulated records in PTB-XL's layout",
        description="Writes 200 simulated 10-second ECGs of invented patients in PTB-XL's own layout: "
        "ptbxl_database.csv, scp_statements.csv and WFDB records at 100 Hz. The same seed gives the same bytes.",
    )
    parser.add_argument("--out", required=True, metavar="DIR", help="folder to write; an older sample is replaced")
    parser.add_argument("--seed", type=int, default=None, metavar="N", help="default: the embedded sample's seed")
    # main finds the module by this name
    parser.set_defaults(command="sample")


def run(args) -> int:
    """Makes the sample and prints one line. Returns 0."""
    from ecgscribe.data.sample import SEED, write_sample

    count = write_sample(args.out, SEED if args.seed is None else args.seed)
    print(f"{count} simulated records in {args.out}")
    return 0
