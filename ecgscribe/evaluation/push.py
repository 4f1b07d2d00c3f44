"""Pushes the `evaluate` module to the Hub, where `evaluate.load("owner/ecg_captions")` finds it."""

from __future__ import annotations

import shutil
import tempfile
from pathlib import Path

from ecgscribe.core.errors import BadOption
from ecgscribe.hub import push_folder

MODULE = Path(__file__).parent / "ecg_captions"


def push_metric(repo: str, private: bool = False) -> str:
    """Uploads the module as a Space and returns the commit's address.

    Raises `BadOption` unless `repo` ends in the module's name, by which `evaluate` finds its file; and what
    `ecgscribe.hub.push_folder` raises.
    """
    if repo.rpartition("/")[2] != MODULE.name:
        raise BadOption(
            f"The metric cannot be loaded from {repo!r}.", f"Name the repository owner/{MODULE.name}: its file is so."
        )
    with tempfile.TemporaryDirectory() as folder:
        copy = Path(folder) / MODULE.name
        shutil.copytree(MODULE, copy, ignore=shutil.ignore_patterns("__pycache__", "__init__.py"))
        return push_folder(copy, repo, "space", private)
