"""Rows into parquet shards: streaming, resumable, the same bytes for the same options.

A shard is written under a temporary name and renamed when whole; `build.json` then lists it with its SHA-256.
A build that was interrupted goes on after its last whole shard.
"""

from __future__ import annotations

import hashlib
import json
import multiprocessing
import os
import signal
from collections import deque
from collections.abc import Iterable, Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from ecgscribe.core.errors import BadOption, BadRecord
from ecgscribe.data.pictures import RowPicture
from ecgscribe.data.plan import Plan, PlannedRow
from ecgscribe.data.ptbxl import PtbXlRow
from ecgscribe.data.rows import MANIFEST, Row, features

ROWS_PER_SHARD = 500
ROWS_PER_GROUP = 64  # readers load a whole row group: about 15 MB at 8 px/mm


class Pictures(Protocol):
    """What gives the picture of a row, or raises `BadRecord`."""

    def picture(self, row: PtbXlRow) -> RowPicture: ...


@dataclass(frozen=True)
class BadRow:
    """A row that was left out while building: its ecg_id, the `BadRecord` code and sentence."""

    ecg_id: int
    code: str
    message: str


class Listener(Protocol):
    """Told after every row (`done` of `total`) and every whole shard."""

    def row(self, done: int, total: int) -> None: ...

    def shard(self, entry: dict, kept: bool) -> None: ...


class Build:
    """A dataset folder in the making.

    `options` name the configuration (plain JSON values); a folder that was begun with other ones, or that
    holds other things, is refused with `BadOption`.
    """

    def __init__(self, folder: Path, options: dict, plan: Plan, rows_per_shard: int = ROWS_PER_SHARD):
        self.folder, self.plan, self.rows_per_shard = folder, plan, rows_per_shard
        head = {"format": 1, "options": options, "plan": plan.digest, "rows_per_shard": rows_per_shard}
        self.manifest = self._resumed(head) or {**head, "complete": False, "shards": []}

    @property
    def bad(self) -> list[BadRow]:
        """The rows left out so far."""
        return [BadRow(*entry) for shard in self.manifest["shards"] for entry in shard["bad"]]

    @property
    def notes(self) -> list[str]:
        """The notes printed on the pictures so far, sorted."""
        return sorted({note for shard in self.manifest["shards"] for note in shard["notes"]})

    def run(self, pictures: Pictures, processes: int = 1, listener: Listener | None = None) -> None:
        """Draws and writes all that is missing."""
        (self.folder / "data").mkdir(parents=True, exist_ok=True)
        shards = list(self._shards())
        kept = {entry["file"]: entry for entry in self.manifest["shards"] if self._whole(entry)}
        self.manifest["shards"] = []
        self._clear_leftovers({name for name, _ in shards})
        missing = [row for name, rows in shards if name not in kept for row in rows]
        results = in_order(pictures, [row.source for row in missing], processes)
        done, total = len(self.plan) - len(missing), len(self.plan)
        for name, rows in shards:
            if name in kept:
                entry = kept[name]
            else:
                entry = self._write(
                    name, rows, results, lambda k, start=done: listener and listener.row(start + k, total)
                )
                done += len(rows)
            self.manifest["shards"].append(entry)
            self._save_manifest()
            if listener:
                listener.shard(entry, name in kept)

    def finish(self, readme: str) -> None:
        """Writes the card and marks the folder as whole."""
        write_text(self.folder / "README.md", readme)
        self.manifest["complete"] = True
        self._save_manifest()

    def _resumed(self, head: dict) -> dict | None:
        path = self.folder / MANIFEST
        if not path.is_file():
            if self.folder.exists() and (not self.folder.is_dir() or any(self.folder.iterdir())):
                raise BadOption(f"{self.folder} exists and is no dataset of ours.", "Choose an empty --out folder.")
            return None
        try:
            manifest = json.loads(path.read_text(encoding="utf-8"))
            old = {name: manifest[name] for name in head}
        except (ValueError, KeyError) as error:
            raise BadOption(f"{path} cannot be read ({error}).", "Remove the folder and build again.") from error
        if old != head:
            before, now = {**old, **old.pop("options")}, {**head, **head["options"]}
            names = sorted(name for name in {*before, *now} - {"options"} if before.get(name) != now.get(name))
            raise BadOption(
                f"{self.folder} was begun with other options ({', '.join(names)} differ).",
                "Choose another --out, or remove that folder.",
            )
        return manifest

    def _shards(self) -> Iterator[tuple[str, list[PlannedRow]]]:
        for split, rows in self.plan.rows.items():
            for k, start in enumerate(range(0, len(rows), self.rows_per_shard)):
                yield f"data/{split}-{k:05d}.parquet", rows[start : start + self.rows_per_shard]

    def _whole(self, entry: dict) -> bool:
        path = self.folder / entry["file"]
        return not entry["rows"] or (path.is_file() and file_digest(path) == entry["sha256"])

    def _clear_leftovers(self, names: set[str]) -> None:
        """Half-written files of an interrupted run; whole shards are written over."""
        for path in (self.folder / "data").glob("*.part"):
            if f"data/{path.name.removesuffix('.part')}" in names:
                path.unlink()

    def _write(self, name: str, rows: list[PlannedRow], results: Iterator, progress) -> dict:
        import pyarrow
        import pyarrow.parquet

        schema = features().arrow_schema
        path = self.folder / name
        part = path.with_name(path.name + ".part")
        bad, notes, group, written = [], set(), [], 0
        # pictures are compressed already; the rest compresses well
        codecs = {column: "zstd" for column in schema.names} | {"image": "none"}
        with pyarrow.parquet.ParquetWriter(
            part, schema, compression=_leaf_codecs(codecs), write_page_index=True
        ) as file:
            for k, row in enumerate(rows, start=1):
                result = next(results)
                if isinstance(result, BadRow):
                    bad.append([result.ecg_id, result.code, result.message])
                else:
                    notes.update([result.note] if result.note else [])
                    group.append(_row(row, result).to_dict())
                if group and (len(group) == ROWS_PER_GROUP or k == len(rows)):
                    file.write_table(pyarrow.Table.from_pylist(group, schema=schema))
                    written += len(group)
                    group = []
                progress(k)
        digest = ""
        if written:
            os.replace(part, path)
            digest = file_digest(path)
        else:
            part.unlink()
        return {"file": name, "rows": written, "sha256": digest, "bad": bad, "notes": sorted(notes)}

    def _save_manifest(self) -> None:
        write_text(self.folder / MANIFEST, json.dumps(self.manifest, indent=1, sort_keys=True) + "\n")


def _leaf_codecs(codecs: dict[str, str]) -> dict[str, str]:
    """Column -> codec as parquet names its leaves."""
    leaves = {"image": ("image.bytes", "image.path"), "superclasses": ("superclasses.list.element",)}
    leaves["scp_codes"] = ("scp_codes.list.element.code", "scp_codes.list.element.likelihood")
    return {leaf: codec for column, codec in codecs.items() for leaf in leaves.get(column, (column,))}


def _row(row: PlannedRow, picture: RowPicture) -> Row:
    source = row.source
    return Row(
        image=picture.png,
        caption=row.caption,
        report=source.report,
        language=row.language,
        scp_codes=source.scp_codes,
        superclasses=source.superclasses,
        ecg_id=source.ecg_id,
        patient_id=source.patient_id,
        strat_fold=source.strat_fold,
        seed=picture.seed,
        px_per_mm=picture.px_per_mm,
    )


def in_order(pictures: Pictures, rows: Iterable[PtbXlRow], processes: int) -> Iterator[RowPicture | BadRow]:
    """The picture of each row, in order; at most a few rows ahead, so memory stays flat."""
    if processes <= 1:
        for row in rows:
            yield _attempt(pictures, row)
        return
    # spawn: a fork would copy the threads' locks of pyarrow and OpenCV in an unknown state
    context = multiprocessing.get_context("spawn")
    pool = ProcessPoolExecutor(processes, mp_context=context, initializer=_ignore_interrupt)
    waiting: deque = deque()
    try:
        for row in rows:
            waiting.append(pool.submit(_attempt, pictures, row))
            if len(waiting) > 4 * processes:
                yield waiting.popleft().result()
        while waiting:
            yield waiting.popleft().result()
    finally:
        pool.shutdown(cancel_futures=True)


def _attempt(pictures: Pictures, row: PtbXlRow) -> RowPicture | BadRow:
    try:
        return pictures.picture(row)
    except BadRecord as error:
        return BadRow(row.ecg_id, error.code, error.message)


def _ignore_interrupt() -> None:
    """Ctrl-C reaches the whole process group; the parent alone answers it."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)


def write_text(path: Path, text: str) -> None:
    """Whole or not at all."""
    part = path.with_name(path.name + ".part")
    part.write_text(text, encoding="utf-8", newline="\n")
    os.replace(part, path)


def file_digest(path: Path) -> str:
    """SHA-256 in hex."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
