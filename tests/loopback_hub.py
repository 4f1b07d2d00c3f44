"""A small Hub on 127.0.0.1 that speaks the protocol of huggingface_hub over real HTTP, kept in memory.

It knows repositories of all kinds, uploads (plain and LFS), commits, listings and downloads with ranges. A test
may make it poor: `closed` refuses every write with 403, `failing` answers every request with 503.
Run clients in their own process with `client_environment`: the library reads its settings at import.
"""

import base64
import hashlib
import json
import os
import re
import subprocess
import sys
import threading
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import parse_qs, unquote, urlparse

LFS_ENDINGS = (".parquet", ".safetensors", ".png")
TOKEN = "hf_loopbackSecret0123456789"


@dataclass
class Repository:
    """Files at the newest commit, and all commit names."""

    files: dict[str, bytes] = field(default_factory=dict)
    commits: list[str] = field(default_factory=lambda: ["0" * 40])
    private: bool = False


class LoopbackHub(ThreadingHTTPServer):
    """The server; use it as a context manager. `repositories` (kind, id) -> Repository; `requests` "METHOD path"."""

    daemon_threads = True

    def __init__(self):
        super().__init__(("127.0.0.1", 0), _Handler)
        self.repositories: dict[tuple[str, str], Repository] = {}
        self.blobs: dict[str, bytes] = {}
        self.requests: list[str] = []
        self.closed = self.failing = False
        self.url = f"http://127.0.0.1:{self.server_port}"

    def __enter__(self):
        threading.Thread(target=self.serve_forever, daemon=True).start()
        return self

    def __exit__(self, *error):
        self.shutdown()
        self.server_close()

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


def _entry(path: str, data: bytes) -> dict:
    """A file as the listings show it."""
    entry = {"type": "file", "path": path, "size": len(data), "oid": _git_digest(data)}
    if path.endswith(LFS_ENDINGS):
        entry["lfs"] = {"oid": hashlib.sha256(data).hexdigest(), "size": len(data), "pointerSize": 130}
    return entry


def _git_digest(data: bytes) -> str:
    return hashlib.sha1(b"blob %d\0" % len(data) + data).hexdigest()


def _etag(path: str, data: bytes) -> str:
    return hashlib.sha256(data).hexdigest() if path.endswith(LFS_ENDINGS) else _git_digest(data)


_API = re.compile(r"/api/(model|dataset|space)s/([^/]+/[^/]+)(?:/(.*))?$")
_LFS = re.compile(r"/(?:(dataset|space)s/)?([^/]+/[^/]+)\.git/info/lfs/objects/(batch|verify)$")
_FILE = re.compile(r"/(?:(dataset|space)s/)?([^/]+/[^/]+)/resolve/([^/]+)/(.+)$")


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def log_message(self, *args):
        pass

    def answer(self, code=200, content=b"", headers=(), kind="application/json"):
        data = content if isinstance(content, bytes) else json.dumps(content).encode()
        self.send_response(code)
        for name, value in {"Content-Type": kind, "Content-Length": str(len(data)), **dict(headers)}.items():
            self.send_header(name, value)
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(data)

    def missing(self, what: str, code=404):
        self.answer(code, {"error": f"{what} not found"}, {"X-Error-Code": what})

    def body(self) -> bytes:
        if self.headers.get("Transfer-Encoding") != "chunked":
            return self.rfile.read(int(self.headers.get("Content-Length") or 0))
        data = b""
        while size := int(self.rfile.readline().split(b";")[0], 16):
            data += self.rfile.read(size)
            self.rfile.readline()
        self.rfile.readline()
        return data

    def route(self):
        url, data = urlparse(self.path), self.body()
        path = unquote(url.path)
        self.server.requests.append(f"{self.command} {path}")
        if self.server.failing:
            return self.answer(503, {"error": "out of order"})
        if self.server.closed and self.command != "GET" and "/api/" in path:
            return self.answer(403, {"error": f"no rights for {self.headers.get('Authorization')}"})
        if path == "/api/whoami-v2":
            return self.answer(content={"type": "user", "name": "me", "orgs": []})
        if path == "/api/validate-yaml":
            return self.answer(content={"errors": [], "warnings": []})
        if path == "/api/repos/create":
            return self.create(json.loads(data))
        if path.startswith("/blob/"):
            return self.store(path.removeprefix("/blob/"), data)
        if match := _API.match(path):
            return self.api(match[1], match[2], match[3] or "", data, parse_qs(url.query))
        if match := _LFS.match(path):
            return self.lfs(match[1], match[2], match[3], json.loads(data))
        if match := _FILE.match(path):
            return self.download(match[1] or "model", match[2], match[4])
        return self.missing("EntryNotFound")

    do_GET = do_HEAD = do_POST = do_PUT = do_DELETE = route

    def create(self, fields):
        kind, name = fields.get("type") or "model", f"{fields.get('organization') or 'me'}/{fields['name']}"
        private = bool(fields.get("private")) or fields.get("visibility") == "private"
        there = (kind, name) in self.server.repositories
        if not there:
            self.server.repositories[kind, name] = Repository(private=private)
        self.answer(409 if there else 200, {"url": f"{self.server.url}/{name}", "id": name, "name": name})

    def api(self, kind, name, rest, data, query):
        repository = self.server.repositories.get((kind, name))
        if repository is None:
            return self.missing("RepoNotFound")
        action, _, argument = rest.partition("/")
        if action == "preupload":
            return self.preupload(repository, json.loads(data)["files"])
        if action == "commit":
            return self.commit(repository, name, data)
        if action == "tree":
            return self.tree(repository, argument.partition("/")[2], query)
        if action == "paths-info":
            return self.paths_info(repository, data)
        if action == "refs":
            head = {"name": "main", "ref": "refs/heads/main", "targetCommit": repository.commits[-1]}
            return self.answer(content={"branches": [head], "tags": [], "converts": []})
        if action == "revision" and argument not in ("main", *repository.commits):
            return self.missing("RevisionNotFound")
        if action in ("", "revision"):
            siblings = [{"rfilename": path} for path in repository.files]
            facts = {"id": name, "sha": repository.commits[-1], "private": repository.private, "tags": []}
            return self.answer(content={**facts, "siblings": siblings, "downloads": 0, "likes": 0})
        return self.missing("EntryNotFound")

    def preupload(self, repository, files):
        answers = []
        for entry in files:
            path = entry["path"]
            answer = {"path": path, "uploadMode": "lfs" if path.endswith(LFS_ENDINGS) else "regular"}
            if path in repository.files:
                answer["oid"] = _etag(path, repository.files[path])
            answers.append({**answer, "shouldIgnore": False})
        self.answer(content={"files": answers})

    def commit(self, repository, name, data):
        for line in data.decode().splitlines():
            change = json.loads(line)
            value = change["value"]
            if change["key"] == "file":
                repository.files[value["path"]] = base64.b64decode(value["content"])
            elif change["key"] == "lfsFile":
                repository.files[value["path"]] = self.server.blobs[value["oid"]]
            elif change["key"] == "deletedFile":
                repository.files.pop(value["path"], None)
        commit = hashlib.sha1(data + repository.commits[-1].encode()).hexdigest()
        repository.commits.append(commit)
        url = f"{self.server.url}/{name}/commit/{commit}"
        self.answer(content={"success": True, "commitOid": commit, "commitUrl": url})

    def lfs(self, kind, name, action, fields):
        if action == "verify":
            return self.answer(content={})
        objects = []
        for item in fields["objects"]:
            entry = {"oid": item["oid"], "size": item["size"]}
            if item["oid"] not in self.server.blobs:
                repository = f"{kind}s/{name}" if kind else name
                verify = f"{self.server.url}/{repository}.git/info/lfs/objects/verify"
                upload = f"{self.server.url}/blob/{item['oid']}"
                entry["actions"] = {
                    "upload": {"href": upload, "header": {}},
                    "verify": {"href": verify, "header": {}},
                }
            objects.append(entry)
        self.answer(content={"transfer": "basic", "objects": objects}, kind="application/vnd.git-lfs+json")

    def store(self, digest, data):
        if hashlib.sha256(data).hexdigest() != digest:
            return self.answer(400, {"error": "wrong digest"})
        self.server.blobs[digest] = data
        self.answer(headers={"ETag": '"stored"'})

    def tree(self, repository, folder, query):
        recursive = query.get("recursive", ["false"])[0].lower() in ("true", "1")
        start = f"{folder}/" if folder else ""
        entries: dict[str, dict] = {}
        for path, data in repository.files.items():
            if not path.startswith(start):
                continue
            parts = path.removeprefix(start).split("/")
            for depth in range(1, len(parts) if recursive else min(len(parts), 2)):
                above = start + "/".join(parts[:depth])
                entries[above] = {"type": "directory", "path": above, "size": 0, "oid": "1" * 40}
            if recursive or len(parts) == 1:
                entries[path] = _entry(path, data)
        if folder and not entries:
            return self.missing("EntryNotFound")
        self.answer(content=list(entries.values()))

    def paths_info(self, repository, data):
        try:
            paths = json.loads(data)["paths"]
        except ValueError:
            paths = parse_qs(data.decode()).get("paths", [])
        self.answer(content=[_entry(path, repository.files[path]) for path in paths if path in repository.files])

    def download(self, kind, name, path):
        repository = self.server.repositories.get((kind, name))
        if repository is None:
            return self.missing("RepoNotFound", 401)
        if path not in repository.files:
            return self.missing("EntryNotFound")
        data = repository.files[path]
        headers = {"ETag": f'"{_etag(path, data)}"', "X-Repo-Commit": repository.commits[-1], "Accept-Ranges": "bytes"}
        code, asked = 200, self.headers.get("Range")
        if asked and self.command == "GET":
            first, _, last = asked.removeprefix("bytes=").partition("-")
            last = min(int(last) if last else len(data) - 1, len(data) - 1)
            headers["Content-Range"] = f"bytes {first}-{last}/{len(data)}"
            code, data = 206, data[int(first) : last + 1]
        self.answer(code, data, headers, "application/octet-stream")
