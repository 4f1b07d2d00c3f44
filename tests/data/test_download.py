"""Fetching PTB-XL: against a loopback server that breaks connections, ignores ranges and delivers wrong bytes."""

import hashlib
import shutil
import threading
from collections import Counter
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from ecgscribe.core.errors import BadRecord, Offline
from ecgscribe.data import download
from ecgscribe.data.build import BuildOptions, build
from ecgscribe.data.download import Download
from ecgscribe.data.ptbxl import PtbXl


class PoorServer(ThreadingHTTPServer):
    """Serves a folder over real HTTP; `broken` name -> transfers that end after `burst` bytes; -1 means every one."""

    daemon_threads = True

    def __init__(self, folder: Path):
        super().__init__(("127.0.0.1", 0), _Handler)
        self.folder, self.burst, self.ranges = folder, 700, True
        self.broken: Counter = Counter()
        self.wrong: set[str] = set()
        self.asked: list[tuple[str, str | None]] = []
        self.url = f"http://127.0.0.1:{self.server_port}/files/ptb-xl/"

    def list_sums(self):
        lines = [
            f"{hashlib.sha256(path.read_bytes()).hexdigest()}  {path.relative_to(self.folder).as_posix()}"
            for path in sorted(self.folder.rglob("*"))
            if path.is_file() and path.name != download.SUMS
        ]
        (self.folder / download.SUMS).write_text("\n".join(lines) + "\n")


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def log_message(self, *args):
        pass

    def do_GET(self):
        server, name = self.server, self.path.removeprefix("/files/ptb-xl/")
        wanted = self.headers.get("Range")
        server.asked.append((name, wanted))
        path = server.folder / name
        if not path.is_file():
            self.send_response(404)
            self.send_header("Content-Length", "0")
            self.end_headers()
            return
        data = path.read_bytes()
        if name in server.wrong:
            data = bytes([data[0] ^ 1]) + data[1:]
        start = int(wanted.removeprefix("bytes=").rstrip("-")) if wanted and server.ranges else 0
        if start >= len(data) and wanted:
            self.send_response(416)
            self.send_header("Content-Range", f"bytes */{len(data)}")
            self.send_header("Content-Length", "0")
            self.end_headers()
            return
        self.send_response(206 if start else 200)
        self.send_header("Content-Length", str(len(data) - start))
        self.end_headers()
        if server.broken[name]:
            server.broken[name] -= 1
            self.wfile.write(data[start : start + server.burst])
            self.wfile.flush()
            self.close_connection = True
            return
        self.wfile.write(data[start:])


@pytest.fixture
def server(ptbxl):
    folder = ptbxl("server", rows=4, rate_hz=100)
    (folder / "LICENSE.txt").write_text("CC BY 4.0\n")
    poor = PoorServer(folder)
    poor.list_sums()
    thread = threading.Thread(target=poor.serve_forever, daemon=True)
    thread.start()
    yield poor
    poor.shutdown()
    poor.server_close()


def fetch(server, folder):
    work = Download(folder, server.url, pause_s=0.001, connections=2)
    work.metadata()
    return work, PtbXl(folder, rate_hz=100)


def same(server, folder):
    files = [path.relative_to(server.folder) for path in server.folder.rglob("*") if path.is_file()]
    return all((folder / name).read_bytes() == (server.folder / name).read_bytes() for name in files)


def test_everything_arrives_and_nothing_is_asked_twice(server, tmp_path):
    work, source = fetch(server, tmp_path / "here")
    assert work.records(source.rows, 100) == [] and same(server, tmp_path / "here")
    assert max(Counter(server.asked).values()) == 1
    first = len(server.asked)
    again, _ = fetch(server, tmp_path / "here")
    again.records(source.rows, 100)
    assert [name for name, _ in server.asked[first:]] == [download.SUMS]


def test_broken_transfers_go_on_where_they_stopped(server, tmp_path):
    name = "records100/00000/00002_lr.dat"
    server.broken[name] = 4
    work, source = fetch(server, tmp_path / "here")
    assert work.records(source.rows, 100) == [] and same(server, tmp_path / "here")
    assert [asked for path, asked in server.asked if path == name] == [None] + [
        f"bytes={k * 700}-" for k in (1, 2, 3, 4)
    ]


def test_a_server_without_ranges_is_asked_from_the_start(server, tmp_path):
    server.ranges = False
    server.broken["ptbxl_database.csv"] = 2
    fetch(server, tmp_path / "here")
    assert (tmp_path / "here/ptbxl_database.csv").read_bytes() == (server.folder / "ptbxl_database.csv").read_bytes()


def test_a_lasting_break_ends_in_one_sentence_and_keeps_what_came(server, tmp_path):
    name = "records100/00000/00001_lr.dat"
    server.burst = 100
    server.broken[name] = 99
    work, source = fetch(server, tmp_path / "here")
    with pytest.raises(Offline, match="goes on where it stopped"):
        work.records(source.rows, 100)
    part = tmp_path / "here" / (name + ".part")
    assert part.stat().st_size == 100 * download.TRIES and not (tmp_path / "here" / name).exists()
    server.broken.clear()
    server.asked.clear()
    again, _ = fetch(server, tmp_path / "here")
    assert again.records(source.rows, 100) == [] and same(server, tmp_path / "here")
    assert (name, f"bytes={100 * download.TRIES}-") in server.asked


def test_a_whole_part_file_is_only_renamed(server, tmp_path):
    name = "records100/00000/00003_lr.dat"
    part = tmp_path / "here" / (name + ".part")
    part.parent.mkdir(parents=True)
    shutil.copy(server.folder / name, part)
    work, _ = fetch(server, tmp_path / "here")
    assert work.file(name).read_bytes() == (server.folder / name).read_bytes() and not part.exists()


@pytest.mark.parametrize("leftover", [b"old release", b"x" * 100_000])
def test_a_leftover_of_another_release_is_thrown_away(server, tmp_path, leftover):
    name = "records100/00000/00003_lr.dat"
    part = tmp_path / "here" / (name + ".part")
    part.parent.mkdir(parents=True)
    part.write_bytes(leftover)
    work, _ = fetch(server, tmp_path / "here")
    assert work.file(name).read_bytes() == (server.folder / name).read_bytes()


def test_wrong_bytes_never_get_the_name(server, tmp_path):
    name = "records100/00000/00004_lr.dat"
    server.wrong.add(name)
    work, source = fetch(server, tmp_path / "here")
    bad = work.records(source.rows, 100)
    assert [(ecg_id, problem.code) for ecg_id, problem in bad] == [(4, "checksum")]
    assert not (tmp_path / "here" / name).exists()


def test_a_spoilt_file_is_fetched_again(server, tmp_path):
    work, source = fetch(server, tmp_path / "here")
    work.records(source.rows, 100)
    spoilt = tmp_path / "here/records100/00000/00002_lr.dat"
    spoilt.write_bytes(b"spoilt")
    work.records(source.rows, 100)
    assert same(server, tmp_path / "here")


def test_what_the_server_lacks_is_a_missing_record(server, tmp_path):
    work, source = fetch(server, tmp_path / "here")
    (server.folder / "records100/00000/00002_lr.dat").unlink()
    bad = work.records(source.rows, 100)
    assert [(ecg_id, problem.code) for ecg_id, problem in bad] == [(2, "missing")]
    with pytest.raises(BadRecord, match="SHA256SUMS"):
        work.file("records100/other.dat")


def test_no_server_at_all_is_one_sentence(tmp_path):
    work = Download(tmp_path, "http://127.0.0.1:9/", pause_s=0.001)
    with pytest.raises(Offline, match="could not be fetched in 6 tries"):
        work.metadata()


def test_build_fetches_only_what_it_needs(server, tmp_path, monkeypatch):
    monkeypatch.setattr(download, "PHYSIONET", server.url)
    folder = tmp_path / "here"
    options = BuildOptions(folder, tmp_path / "out", download=True, rate_hz=100, limit=2, px_per_mm=2.0)
    assert sum(build(options).rows.values()) == 2
    assert sorted(path.name for path in folder.rglob("*.dat")) == ["00001_lr.dat", "00002_lr.dat"]
