"""A dataset folder in the making: shards, `build.json`, card; resumable, the same bytes for the same options.

A shard is listed in `build.json` with its SHA-256 once it is whole; a build that was interrupted draws only
the shards that are not listed or no longer what they were.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import closing
from itertools import count, islice
from pathlib import Path
from typing import Protocol

from ecgscribe.core.errors import BadOption
from ecgscribe.data.disk import disk_trouble_told, file_digest, write_text
from ecgscribe.data.packed import Packed
from ecgscribe.data.plan import Plan, PlannedRow
from ecgscribe.data.processes import Processes, Workers
from ecgscribe.data.repeats import REPEAT, keys_of_shard, without_repeats
from ecgscribe.data.row import FOLDERS, PAGES
from ecgscribe.data.rows import MANIFEST
from ecgscribe.data.shards import BadRow, Pictures, in_order, write_shard

ROWS_PER_SHARD = 500


class Listener(Protocol):
    """Told after every row drawn (`done` of `total`) and every shard (`kept`: it was there already)."""

    def row(self, done: int, total: int) -> None: ...

    def shard(self, name: str, rows: int, kept: bool) -> None: ...


class Silent:
    """A listener that says nothing."""

    def row(self, done: int, total: int) -> None:
        """Nothing."""

    def shard(self, name: str, rows: int, kept: bool) -> None:
        """Nothing."""


class DatasetFolder:
    """The folder of one plan and one set of options.

    `options` name the configuration in plain JSON values. Raises `BadOption` for a folder that was begun with
    other options or another plan, or that holds other things; all methods `Halted` when the disk is full or fails.
    """

    def __init__(self, folder: Path, options: dict, plan: Plan, rows_per_shard: int = ROWS_PER_SHARD):
        self.folder, self.plan = folder, plan
        self.head = {"format": 1, "options": options, "plan": plan.digest, "rows_per_shard": rows_per_shard}
        self.shards = list(_shards(plan, rows_per_shard))
        with disk_trouble_told(folder):
            self.entries = self._begun()

    @property
    def bad(self) -> list[BadRow]:
        """The records left out so far, each told once."""
        told = [BadRow(*values) for entry in self._listed() for values in entry["bad"]]
        return list(dict.fromkeys(told))

    @property
    def notes(self) -> list[str]:
        """The notes printed on the pictures so far, sorted."""
        return sorted({note for entry in self._listed() for note in entry["notes"]})

    def row_count(self, split: str, config: str = PAGES) -> int:
        """Rows of one config written so far."""
        start = f"{FOLDERS[config]}/{split}-"
        return sum(entry["rows"] for entry in self._listed() if entry["file"].startswith(start))

    def run(self, pictures: Pictures, workers: Workers | None = None, listener: Listener | None = None) -> None:
        """Draws and writes all that is missing; without `workers` in this process."""
        with disk_trouble_told(self.folder):
            self._run(pictures, workers or Processes(1), listener or Silent())

    def _run(self, pictures: Pictures, workers: Workers, listener: Listener) -> None:
        whole = {name for name, entry in self.entries.items() if self._whole(entry)}
        self.entries = {name: entry for name, entry in self.entries.items() if name in whole}
        for name, _ in self.shards:
            (self.folder / name).parent.mkdir(parents=True, exist_ok=True)
        self._save()  # from now on the folder is known as ours
        for leftover in self.folder.glob("*/*.part"):
            leftover.unlink()
        total = len(self.plan)
        done = sum(len(rows) for name, rows in self.shards if name in whole)
        seen = {key: value for name in whole for key, value in self._keys(name).items()}
        gone = {bad.ecg_id: bad for bad in self.bad if bad.code == REPEAT}
        with closing(in_order(pictures, self._missing(whole), workers)) as drawn:
            results = without_repeats(self._missing(whole), drawn, seen, gone)
            for name, rows in self.shards:
                if name not in whole:
                    progress = _from(listener, done, total)
                    written = write_shard(self.folder / name, rows, results, progress)
                    self.entries[name] = {
                        "file": name,
                        "rows": written.rows,
                        "sha256": file_digest(self.folder / name) if written.rows else "",
                        "bad": [[bad.ecg_id, bad.code, bad.message] for bad in written.bad],
                        "notes": written.notes,
                    }
                    self._save()
                    done += len(rows)
                listener.shard(name, self.entries[name]["rows"], name in whole)

    def _missing(self, whole: set[str]) -> Iterator[PlannedRow]:
        """The rows that are to be drawn, in order."""
        return (row for name, rows in self.shards if name not in whole for row in rows)

    @property
    def digests(self) -> list[tuple[str, str]]:
        """(file name, SHA-256 in hex) of every shard that has rows."""
        return [(entry["file"], entry["sha256"]) for entry in self._listed() if entry["rows"]]

    def finish(self, readme: str, others: dict[str, str] | None = None) -> None:
        """Writes the card and `others` (file name -> text), and marks the folder as whole."""
        with disk_trouble_told(self.folder):
            for name, text in {**(others or {}), "README.md": readme}.items():
                write_text(self.folder / name, text)
            self._save(complete=True)

    def _begun(self) -> dict[str, dict]:
        """The entries of an earlier run with the same head."""
        path = self.folder / MANIFEST
        if not path.is_file():
            if self.folder.exists() and (not self.folder.is_dir() or any(self.folder.iterdir())):
                raise BadOption(f"{self.folder} exists and is no dataset of ours.", "Choose an empty --out folder.")
            return {}
        try:
            manifest = json.loads(path.read_text(encoding="utf-8"))
            old = {name: manifest[name] for name in self.head}
            entries = {entry["file"]: entry for entry in manifest["shards"]}
        except (ValueError, KeyError, TypeError) as error:
            raise BadOption(f"{path} cannot be read ({error}).", "Remove the folder and build again.") from error
        if old != self.head:
            raise BadOption(
                f"{self.folder} was begun with other options ({', '.join(_differences(old, self.head))} differ).",
                "Choose another --out, or remove that folder.",
            )
        return entries

    def _listed(self) -> list[dict]:
        """The entries in the plan's order."""
        return [self.entries[name] for name, _ in self.shards if name in self.entries]

    def _whole(self, entry: dict) -> bool:
        path = self.folder / entry["file"]
        return not entry["rows"] or (path.is_file() and file_digest(path) == entry["sha256"])

    def _keys(self, name: str) -> dict[bytes, int]:
        return keys_of_shard(self.folder / name) if self.entries[name]["rows"] else {}

    def _save(self, complete: bool = False) -> None:
        manifest = {**self.head, "complete": complete, "shards": self._listed()}
        write_text(self.folder / MANIFEST, json.dumps(manifest, indent=1, sort_keys=True) + "\n")


def _shards(plan: Plan, rows_per_shard: int) -> Iterator[tuple[str, Packed[PlannedRow]]]:
    """(file name, rows) of every shard: config by config, split by split."""
    for config, folder in FOLDERS.items():
        for split, every in plan.rows.items():
            rows = (row for row in every if row.config == config)
            for k in count():
                some = Packed(islice(rows, rows_per_shard)).seal()
                if not some:
                    break
                yield f"{folder}/{split}-{k:05d}.parquet", some


def _from(listener: Listener, start: int, total: int):
    return lambda done: listener.row(start + done, total)


def _differences(old: dict, new: dict) -> list[str]:
    before, now = {**old, **old["options"]}, {**new, **new["options"]}
    names = sorted(name for name in {*before, *now} - {"options"} if before.get(name) != now.get(name))
    return [name for name in names if name != "plan"] or names  # other options make another plan
