"""A small Hub on 127.0.0.1 that speaks the protocol of huggingface_hub over real HTTP, kept in memory.

It knows repositories of all kinds with their whole history, branches and tags, tokens with and without the right to
write, private repositories, uploads (plain, LFS in one piece or in parts), and downloads with ranges. A test may make
it poor with `closed` (every write is 403), `failing` (every answer is 503) and `faults` (see `Fault`).
Run clients in their own process, by `client` or `loopback_client.Client`: the library reads its settings at import.
"""

import hashlib
import os
import re
import subprocess
import sys
import threading
from dataclasses import dataclass, field
from http.server import ThreadingHTTPServer
from pathlib import Path

LFS_ENDINGS = (".parquet", ".safetensors", ".png")
LFS_LIMIT_BYTES = 10_000_000
"""What is larger must go through LFS whatever its name, as on the Hub."""
TOKEN = "hf_loopbackSecret0123456789"
READER = "hf_loopbackReadOnly012345678"
STRANGER = "plainTokenOfAStranger0123"
"""Of another account: it may read what is public. Not of the form that tokens have, yet as secret."""


@dataclass
class Commit:
    """All files at one commit."""

    sha: str
    files: dict[str, bytes]


@dataclass
class Repository:
    """`branches` and `tags` name -> sha; `history` sha -> Commit."""

    private: bool = False
    sdk: str = ""
    branches: dict[str, str] = field(default_factory=dict)
    tags: dict[str, str] = field(default_factory=dict)
    history: dict[str, Commit] = field(default_factory=dict)

    def __post_init__(self):
        self.add("main", {}, b"")

    def add(self, branch: str, files: dict[str, bytes], seed: bytes) -> str:
        """A new commit on a branch; its sha."""
        sha = hashlib.sha1(seed + self.branches.get(branch, "").encode() + b"%d" % len(self.history)).hexdigest()
        self.history[sha] = Commit(sha, files)
        self.branches[branch] = sha
        return sha

    def at(self, revision: str) -> Commit | None:
        """The commit of a branch, tag or whole sha."""
        return self.history.get(self.branches.get(revision) or self.tags.get(revision) or revision)

    @property
    def files(self) -> dict[str, bytes]:
        """At the head of main."""
        return self.at("main").files

    @property
    def commits(self) -> list[str]:
        """All shas, oldest first."""
        return list(self.history)


@dataclass
class Fault:
    """The next `times` requests whose "METHOD path" matches `request` (a regular expression) go wrong.

    `how`: a status code; "drop" (closed without an answer); "cut" (half of the body, then closed); "lost" (done,
    but the answer does not arrive); "held" (done as soon as the test sets `release`, `arrived` is set before).
    `after` requests go well first.
    """

    request: str
    how: int | str
    times: int = 1
    after: int = 0
    headers: dict[str, str] = field(default_factory=dict)
    arrived: threading.Event = field(default_factory=threading.Event)
    release: threading.Event = field(default_factory=threading.Event)

    def strikes(self, request: str) -> bool:
        if not self.times or not re.search(self.request, request):
            return False
        self.after -= 1
        if self.after >= 0:
            return False
        self.times -= 1
        return True


class LoopbackHub(ThreadingHTTPServer):
    """The server; use it as a context manager.

    `repositories` (kind, id) -> Repository; `requests` "METHOD path"; `seen_tokens` the token of each request;
    `received` (sha256 of the file, bytes of the body) of every upload of file contents. `part_bytes`: larger files
    are asked for in parts of that size.
    """

    daemon_threads = True

    def __init__(self):
        from loopback_protocol import Handler

        super().__init__(("127.0.0.1", 0), Handler)
        self.lock = threading.RLock()
        self.repositories: dict[tuple[str, str], Repository] = {}
        self.blobs: dict[str, bytes] = {}
        self.parts: dict[str, dict[int, bytes]] = {}
        self.rights = {TOKEN: ("me", "write"), READER: ("me", "read"), STRANGER: ("stranger", "write")}
        self.requests: list[str] = []
        self.seen_tokens: list[str | None] = []
        self.received: list[tuple[str, int]] = []
        self.faults: list[Fault] = []
        self.part_bytes: int | None = None
        self.closed = self.failing = False
        self.url = f"http://127.0.0.1:{self.server_port}"

    def __enter__(self):
        threading.Thread(target=self.serve_forever, daemon=True).start()
        return self

    def __exit__(self, *error):
        self.shutdown()
        self.server_close()

    def handle_error(self, request, client_address):
        """A client that goes away in the middle is no fault of the server."""
        if not isinstance(sys.exception(), ConnectionError):
            super().handle_error(request, client_address)

    def forget(self):
        """Empties the notes about requests and the faults, not the repositories."""
        self.requests.clear(), self.seen_tokens.clear(), self.received.clear(), self.faults.clear()
        self.closed = self.failing = False
        self.part_bytes = None

    def fault_of(self, request: str) -> Fault | None:
        """The fault that strikes this request."""
        with self.lock:
            return next((fault for fault in self.faults if fault.strikes(request)), None)

    def client_environment(self, home: Path) -> dict[str, str]:
        """The environment of a client process that talks to this Hub only and keeps its cache in `home`."""
        return os.environ | {
            "HF_ENDPOINT": self.url,
            "HF_TOKEN": TOKEN,
            "HF_HOME": str(home),
            "HF_HUB_OFFLINE": "0",
            "HF_HUB_DISABLE_XET": "1",
            "HF_HUB_DISABLE_TELEMETRY": "1",
            "HF_HUB_DISABLE_PROGRESS_BARS": "1",
            "PYTHONPATH": str(Path(__file__).parents[1]),
        }

    def client(self, home: Path, script: str, *arguments: str) -> subprocess.CompletedProcess:
        """Runs Python code as a client; `sys.argv[1:]` are the arguments."""
        return subprocess.run(
            [sys.executable, "-c", script, *arguments],
            env=self.client_environment(home),
            capture_output=True,
            text=True,
            timeout=900,
        )
