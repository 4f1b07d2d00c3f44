"""PTB-XL from PhysioNet: resumable, every file checked against the dataset's own SHA-256 list."""

from __future__ import annotations

import hashlib
import os
import threading
import time
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from urllib.parse import quote

from ecgscribe.core.errors import BadOption, BadRecord, Offline
from ecgscribe.data.ptbxl import DATABASE, STATEMENTS, PtbXlRow, stem_of

PHYSIONET = "https://physionet.org/files/ptb-xl/1.0.3/"
SUMS = "SHA256SUMS.txt"
METADATA = (DATABASE, STATEMENTS, "LICENSE.txt")
TRIES = 6
TIMEOUT_S = 60.0
_CHUNK = 1 << 16


class Download:
    """Files of one PTB-XL release below `base_url` (default `PHYSIONET`) into `folder`.

    A file gets its name only after its checksum was right; a broken transfer leaves NAME.part, from which the
    next try goes on (HTTP Range). `pause_s` is waited before the second try, twice as long before each further.
    """

    def __init__(self, folder: str | Path, base_url: str | None = None, pause_s: float = 1.0, connections: int = 4):
        self.folder = Path(folder)
        self.base_url = (base_url or PHYSIONET).rstrip("/") + "/"
        self.pause_s, self.connections = pause_s, connections
        self._local = threading.local()
        self._sums: dict[str, str] = {}

    def metadata(self) -> None:
        """The csv files and the licence. Raises `Offline`, or `BadRecord` with code checksum."""
        self.folder.mkdir(parents=True, exist_ok=True)
        self._fetch(SUMS, None)
        self._sums = _read_sums(self.folder / SUMS)
        for name in METADATA:
            self.file(name)

    def records(
        self, rows: Iterable[PtbXlRow], rate_hz: int, progress: Callable[[int], None] = lambda done: None
    ) -> list[tuple[int, BadRecord]]:
        """Header and signal file of each row, several at a time.

        Returns (ecg_id, BadRecord) of rows whose files the server lacks or delivers wrongly. Raises `Offline`
        when the server can no longer be reached; what is whole stays.
        """
        rows = list(rows)
        bad = []
        pool = ThreadPoolExecutor(self.connections)
        try:
            for done, (row, problem) in enumerate(
                zip(rows, pool.map(lambda row: self._record(row, rate_hz), rows), strict=True), start=1
            ):
                if problem is not None:
                    bad.append((row.ecg_id, problem))
                progress(done)
        finally:
            pool.shutdown(cancel_futures=True)
        return bad

    def file(self, name: str) -> Path:
        """One file below the folder, taken as it is when its checksum is right already."""
        path = self.folder / name
        stated = self._sums.get(name)
        if stated is None:
            raise BadRecord("missing", f"{name} is not in {SUMS} of {self.base_url}.")
        if path.is_file() and _digest(path) == stated:
            return path
        for _ in range(2):  # a leftover of another release may spoil the first
            self._fetch(name, stated)
            if path.is_file():
                return path
        raise BadRecord("checksum", f"{name} arrives with a wrong checksum.", "Try again later.")

    def _record(self, row: PtbXlRow, rate_hz: int) -> BadRecord | None:
        stem = stem_of(Path(), rate_hz, row).as_posix()
        try:
            for suffix in (".hea", ".dat"):
                self.file(stem + suffix)
        except BadRecord as error:
            return error
        return None

    def _fetch(self, name: str, stated: str | None) -> None:
        """One whole transfer, in as many tries as it needs; a wrong checksum removes what came."""
        path = self.folder / name
        part = path.with_name(path.name + ".part")
        path.parent.mkdir(parents=True, exist_ok=True)
        if stated is None:
            part.unlink(missing_ok=True)
        reason = ""
        for attempt in range(TRIES):
            if attempt:
                time.sleep(self.pause_s * 2 ** (attempt - 1))
            reason = self._transfer(name, part)
            if not reason:
                break
        else:
            raise Offline(
                f"{self.base_url}{name} could not be fetched in {TRIES} tries ({reason}).",
                "Run the same command again when the connection is back; it goes on where it stopped.",
            )
        if stated is None or _digest(part) == stated:
            os.replace(part, path)
        else:
            part.unlink()

    def _transfer(self, name: str, part: Path) -> str:
        """One try, appended to `part`; "" when the file is whole, else what went wrong."""
        import requests
        import urllib3

        have = part.stat().st_size if part.is_file() else 0
        # identity: a compressed transfer would count other bytes than the file's
        headers = {"Accept-Encoding": "identity"} | ({"Range": f"bytes={have}-"} if have else {})
        try:
            with self._session().get(
                self.base_url + quote(name), headers=headers, stream=True, timeout=TIMEOUT_S
            ) as reply:
                if reply.status_code == 416:  # nothing beyond `have`: whole already, or longer than the file
                    return "" if _total(reply) == have else _removed(part)
                if reply.status_code in (403, 404, 410):
                    raise BadRecord("missing", f"{self.base_url} has no {name} (HTTP {reply.status_code}).")
                if reply.status_code not in (200, 206):
                    return f"HTTP {reply.status_code}"
                with part.open("ab" if reply.status_code == 206 else "wb") as file:
                    # read1 hands over what has come; iter_content would lose up to a chunk when the line breaks
                    while chunk := reply.raw.read1(_CHUNK, decode_content=False):
                        file.write(chunk)
                length = reply.headers.get("Content-Length")
                got = part.stat().st_size - (have if reply.status_code == 206 else 0)
                whole = length is None or got == int(length)
                return "" if whole else f"the connection broke after {got} of {length} bytes"
        except (requests.RequestException, urllib3.exceptions.HTTPError) as error:
            return type(error).__name__
        except OSError as error:
            raise BadOption(f"{part} cannot be written ({error.strerror}).", "Is the disk full?") from error

    def _session(self):
        """One connection pool for each thread, so that thousands of small files share connections."""
        import requests

        if not hasattr(self._local, "session"):
            self._local.session = requests.Session()
        return self._local.session


def _read_sums(path: Path) -> dict[str, str]:
    """Name -> SHA-256, from lines "DIGEST  NAME"."""
    pairs = (line.split(maxsplit=1) for line in path.read_text(encoding="utf-8").splitlines() if line.strip())
    return {name.strip().lstrip("*"): digest.lower() for digest, name in pairs}


def _total(reply) -> int | None:
    """The file's length from "Content-Range: bytes */N"."""
    value = reply.headers.get("Content-Range", "").rpartition("/")[2]
    return int(value) if value.isdigit() else None


def _removed(part: Path) -> str:
    part.unlink()
    return "the partial file did not fit"


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
