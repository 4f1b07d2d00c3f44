"""`python -m ecgscribe COMMAND ...`: reads the arguments, runs one command, turns errors into one sentence."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Sequence
from types import ModuleType
from typing import NoReturn

import ecgscribe
from ecgscribe.cli import (
    app,
    audit,
    build,
    evaluate,
    evaluate_findings,
    pull,
    push,
    push_space,
    read,
    render,
    sample,
    simulate,
    statements,
    train,
    train_embedded,
    train_findings,
    train_trace,
    translate,
)
from ecgscribe.core.errors import EcgscribeError

_READING = (read, app, simulate, render)
_MAKING = (build, audit, train, evaluate, translate, statements, sample, train_embedded, train_trace)
_SHARING = (push, pull, push_space)
_FINDINGS = (train_findings, evaluate_findings)
COMMANDS = (*_READING, *_MAKING, *_FINDINGS, *_SHARING)
"""Modules of this folder, in the order of the help; each imports nothing heavy at its top."""


class _Parser(argparse.ArgumentParser):
    """Repeats no token that was given where none belongs."""

    def error(self, message: str) -> NoReturn:
        from ecgscribe.hub.secrets import without_secrets

        super().error(without_secrets(message))


def parser(modules: Sequence[ModuleType] = COMMANDS) -> argparse.ArgumentParser:
    """The argument parser with the commands of `modules`."""
    top = _Parser(
        prog="python -m ecgscribe",
        description="Reads pictures of 12-lead ECGs. Not a medical device; not for diagnosis.",
    )
    top.add_argument("--version", action="version", version=f"ecgscribe {ecgscribe.__version__}")
    commands = top.add_subparsers(dest="command", metavar="COMMAND", required=True)
    for module in modules:
        known = set(commands.choices)
        module.add_parser(commands)
        for added in set(commands.choices) - known:
            commands.choices[added].set_defaults(run=module.run)
    return top


def main(arguments: Sequence[str] | None = None, modules: Sequence[ModuleType] = COMMANDS) -> int:
    """Runs one command of `modules` and returns the exit code.

    0 done; 2 a mistake in the arguments or an unusable input (one sentence on stderr); 3 done, but some
    inputs failed; 130 interrupted.
    """
    args = parser(modules).parse_args(arguments)
    try:
        return args.run(args)
    except EcgscribeError as error:
        from ecgscribe.hub.secrets import without_secrets

        print(without_secrets(f"ecgscribe {args.command}: {error}"), file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        print(f"ecgscribe {args.command}: interrupted.", file=sys.stderr)
        return 130
    except BrokenPipeError:
        # the reader of our output went away (head, less): Python must not complain at its exit
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 141


def main_here(command: str) -> NoReturn:
    """What a door at the top of the repository does: one command with the arguments of this process.

    The other commands' arguments are not looked at: a Space has not even the files that they need.
    """
    own = [module for module in COMMANDS if module.__name__.rpartition(".")[2] == command]
    sys.exit(main([command, *sys.argv[1:]], own))
