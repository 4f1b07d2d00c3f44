"""The command line: one file for each subcommand, each with `add_parser(subparsers)` and `run(args) -> int`."""
