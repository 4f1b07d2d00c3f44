"""The requests that `loopback_hub.LoopbackHub` answers, as huggingface_hub 2 sends them."""

import base64
import hashlib
import json
import re
from http.server import BaseHTTPRequestHandler
from math import ceil
from urllib.parse import parse_qs, unquote, urlparse

from loopback_hub import LFS_ENDINGS, LFS_LIMIT_BYTES, Repository

_API = re.compile(r"/api/(model|dataset|space)s/([^/]+/[^/]+)(?:/(.*))?$")
_LFS = re.compile(r"/(?:(dataset|space)s/)?([^/]+/[^/]+)\.git/info/lfs/objects/(batch|verify)$")
_FILE = re.compile(r"/(?:(dataset|space)s/)?([^/]+/[^/]+)/resolve/([^/]+)/(.+)$")
_WRITES = ("preupload", "commit", "branch", "tag")


def is_lfs(path: str, size: int) -> bool:
    return path.endswith(LFS_ENDINGS) or size > LFS_LIMIT_BYTES


def entry_of(path: str, data: bytes) -> dict:
    """A file as the listings show it."""
    entry = {"type": "file", "path": path, "size": len(data), "oid": git_digest(data)}
    if is_lfs(path, len(data)):
        entry["lfs"] = {"oid": hashlib.sha256(data).hexdigest(), "size": len(data), "pointerSize": 130}
    return entry


def git_digest(data: bytes) -> str:
    return hashlib.sha1(b"blob %d\0" % len(data) + data).hexdigest()


def etag_of(path: str, data: bytes) -> str:
    return hashlib.sha256(data).hexdigest() if is_lfs(path, len(data)) else git_digest(data)


class Handler(BaseHTTPRequestHandler):
    """One request; `self.server` is the LoopbackHub."""

    protocol_version = "HTTP/1.1"

    def log_message(self, *args):
        """Nothing."""

    def answer(self, code=200, content=b"", headers=(), kind="application/json"):
        data = content if isinstance(content, bytes) else json.dumps(content).encode()
        cut = self.fault is not None and self.fault.how in ("cut", "lost")
        if cut and self.fault.how == "lost":
            self.close_connection = True
            return
        self.send_response(code)
        for name, value in {"Content-Type": kind, "Content-Length": str(len(data)), **dict(headers)}.items():
            self.send_header(name, value)
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(data[: len(data) // 2] if cut else data)
        self.close_connection = self.close_connection or cut

    def missing(self, what: str, code=404):
        self.answer(code, {"error": f"{what} not found"}, {"X-Error-Code": what})

    def refuse(self, code: int, message: str):
        self.answer(code, {"error": message}, {"X-Error-Message": message})

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
        hub, url = self.server, urlparse(self.path)
        path = unquote(url.path)
        request = f"{self.command} {path}"
        hub.requests.append(request)
        self.token = (self.headers.get("Authorization") or "").removeprefix("Bearer ") or None
        hub.seen_tokens.append(self.token)
        self.fault = hub.fault_of(request)
        if self.fault is not None and self.fault.how == "drop":
            self.close_connection = True
            return None
        if self.fault is not None and self.fault.how == "held":
            self.fault.arrived.set()
            self.fault.release.wait(60)
        data = self.body()
        if self.fault is not None and isinstance(self.fault.how, int):
            return self.answer(self.fault.how, {"error": "out of order"}, self.fault.headers)
        if hub.failing:
            return self.answer(503, {"error": "out of order"})
        if path.startswith("/store/"):
            return self.store(path.removeprefix("/store/"), data)
        if self.token is not None and self.token not in hub.rights:
            return self.refuse(401, "Invalid credentials in Authorization header")
        if hub.closed and self.command not in ("GET", "HEAD") and "/api/" in path:
            # a poor server that repeats what it was told: the client must not say it on
            return self.refuse(403, f"no rights for {self.headers.get('Authorization')}")
        with hub.lock:
            return self.dispatch(path, url, data)

    do_GET = do_HEAD = do_POST = do_PUT = do_DELETE = route

    def dispatch(self, path, url, data):
        if path == "/api/whoami-v2":
            return self.answer(content={"type": "user", "name": "me", "orgs": []})
        if path == "/api/validate-yaml":
            return self.answer(content={"errors": [], "warnings": []})
        if path == "/api/repos/create":
            return self.create(json.loads(data))
        if match := _API.match(path):
            return self.api(match[1], match[2], match[3] or "", data, parse_qs(url.query))
        if match := _LFS.match(path):
            return self.lfs(match[1] or "model", match[2], match[3], json.loads(data))
        if match := _FILE.match(path):
            return self.download(match[1] or "model", match[2], match[3], match[4])
        return self.missing("EntryNotFound")

    def may_write(self, name: str) -> bool:
        """Answers 401 or 403 when not."""
        user, right = self.server.rights.get(self.token, ("", ""))
        if not user:
            self.refuse(401, "Invalid username or password.")
        elif right != "write" or name.partition("/")[0] != user:
            self.refuse(403, "You don't have the rights to create or change this repository")
        else:
            return True
        return False

    def open_to(self, kind: str, name: str) -> Repository | None:
        """The repository, unless it is private and the token another's; answers when there is none to see."""
        repository = self.server.repositories.get((kind, name))
        user = self.server.rights.get(self.token, ("", ""))[0]
        if repository is not None and not (repository.private and name.partition("/")[0] != user):
            return repository
        self.missing("RepoNotFound", 404 if user else 401)
        return None

    def create(self, fields):
        kind, name = fields.get("type") or "model", f"{fields.get('organization') or 'me'}/{fields['name']}"
        if not self.may_write(name):
            return None
        private = bool(fields.get("private")) or fields.get("visibility") == "private"
        there = (kind, name) in self.server.repositories
        if kind == "space" and fields.get("sdk") not in ("gradio", "static", "docker"):
            return self.refuse(400, "a Space needs an sdk")
        if not there:
            self.server.repositories[kind, name] = Repository(private, fields.get("sdk", ""))
        return self.answer(409 if there else 200, {"url": f"{self.server.url}/{name}", "id": name, "name": name})

    def api(self, kind, name, rest, data, query):
        action, _, argument = rest.partition("/")
        repository = self.open_to(kind, name)
        if repository is None or (action in _WRITES and not self.may_write(name)):
            return None
        if action in ("branch", "tag"):
            return self.name_commit(repository, action, argument, json.loads(data or b"{}"))
        if action == "refs":
            heads = [{"name": n, "ref": f"refs/heads/{n}", "targetCommit": c} for n, c in repository.branches.items()]
            tags = [{"name": n, "ref": f"refs/tags/{n}", "targetCommit": c} for n, c in repository.tags.items()]
            return self.answer(content={"branches": heads, "tags": tags, "converts": []})
        revision, _, folder = argument.partition("/")
        commit = repository.at(revision or "main")
        if commit is None:
            return self.missing("RevisionNotFound")
        if action == "preupload":
            return self.preupload(commit, json.loads(data)["files"])
        if action == "commit":
            return self.commit(repository, name, revision, data)
        if action == "tree":
            return self.tree(commit, folder, query)
        if action == "paths-info":
            return self.paths_info(commit, data)
        if action in ("", "revision"):
            siblings = [{"rfilename": path} for path in commit.files]
            facts = {"id": name, "sha": commit.sha, "private": repository.private, "tags": []}
            return self.answer(content={**facts, "siblings": siblings, "downloads": 0, "likes": 0})
        return self.missing("EntryNotFound")

    def name_commit(self, repository, action, argument, fields):
        if action == "branch":
            there = argument in repository.branches
            if not there:
                start = repository.at(fields.get("startingPoint") or "main")
                repository.branches[argument] = start.sha
        else:
            there, commit = fields["tag"] in repository.tags, repository.at(argument)
            if commit is None:
                return self.missing("RevisionNotFound")
            repository.tags.setdefault(fields["tag"], commit.sha)
        return self.answer(409, {"error": "Reference already exists"}) if there else self.answer(content={})

    def preupload(self, commit, files):
        answers = []
        for entry in files:
            path = entry["path"]
            answer = {"path": path, "uploadMode": "lfs" if is_lfs(path, entry["size"]) else "regular"}
            if path in commit.files:
                answer["oid"] = etag_of(path, commit.files[path])
            answers.append({**answer, "shouldIgnore": False})
        self.answer(content={"files": answers})

    def commit(self, repository, name, branch, data):
        if branch not in repository.branches:
            return self.refuse(400, "Invalid rev id")
        files = dict(repository.at(branch).files)
        for line in data.decode().splitlines():
            change = json.loads(line)
            value = change["value"]
            if change["key"] == "header":
                parent = value.get("parentCommit")
                if parent and not repository.branches[branch].startswith(parent):
                    return self.refuse(412, "A commit has happened since. Please refresh and try again.")
            elif change["key"] == "file":
                files[value["path"]] = base64.b64decode(value["content"])
                if is_lfs(value["path"], len(files[value["path"]])):
                    return self.refuse(400, f"{value['path']} is too large or binary: use LFS")
            elif change["key"] == "lfsFile":
                if value["oid"] not in self.server.blobs:
                    return self.refuse(400, f"{value['path']}: its content was never uploaded")
                files[value["path"]] = self.server.blobs[value["oid"]]
            elif change["key"] == "deletedFile":
                files.pop(value["path"], None)
        sha = repository.add(branch, files, data)
        url = f"{self.server.url}/{name}/commit/{sha}"
        return self.answer(content={"success": True, "commitOid": sha, "commitUrl": url})

    def lfs(self, kind, name, action, fields):
        if self.open_to(kind, name) is None or not self.may_write(name):
            return None
        if action == "verify":
            blob = self.server.blobs.get(fields["oid"])
            if blob is None or len(blob) != fields["size"]:
                return self.missing("EntryNotFound")
            return self.answer(content={})
        folder = name if kind == "model" else f"{kind}s/{name}"
        objects = []
        for item in fields["objects"]:
            entry = {"oid": item["oid"], "size": item["size"]}
            if item["oid"] not in self.server.blobs:
                verify = f"{self.server.url}/{folder}.git/info/lfs/objects/verify"
                entry["actions"] = {"upload": self.upload_action(item), "verify": {"href": verify, "header": {}}}
            objects.append(entry)
        transfer = "multipart" if self.server.part_bytes else "basic"
        return self.answer(content={"transfer": transfer, "objects": objects}, kind="application/vnd.git-lfs+json")

    def upload_action(self, item):
        """Where the contents go: a signed address of the storage, or one for each part and one to finish."""
        address, size = f"{self.server.url}/store/{item['oid']}", self.server.part_bytes
        if not size or item["size"] <= size:
            return {"href": f"{address}?X-Amz-Signature=secretOfTheStorage", "header": {}}
        count = ceil(item["size"] / size)
        parts = {f"{k:05d}": f"{address}/{k}?X-Amz-Signature=secretOfTheStorage" for k in range(1, count + 1)}
        return {"href": f"{address}/done", "header": {"chunk_size": str(size), **parts}}

    def store(self, what, data):
        digest, _, part = what.partition("/")
        hub = self.server
        if part == "done":
            fields = json.loads(data)
            pieces = hub.parts.pop(digest, {})
            tags = [f'"{hashlib.md5(pieces[entry["partNumber"]]).hexdigest()}"' for entry in fields["parts"]]
            data = b"".join(pieces[k] for k in sorted(pieces))
            if tags != [entry["etag"] for entry in fields["parts"]]:
                return self.answer(400, {"error": "wrong parts"})
        else:
            hub.received.append((digest, len(data)))
            if part:
                hub.parts.setdefault(digest, {})[int(part)] = data
                return self.answer(headers={"ETag": f'"{hashlib.md5(data).hexdigest()}"'})
        if hashlib.sha256(data).hexdigest() != digest:
            return self.answer(400, {"error": "wrong digest"})
        hub.blobs[digest] = data
        return self.answer(headers={"ETag": '"stored"'})

    def tree(self, commit, folder, query):
        recursive = query.get("recursive", ["false"])[0].lower() in ("true", "1")
        start = f"{folder}/" if folder else ""
        entries: dict[str, dict] = {}
        for path, data in commit.files.items():
            if not path.startswith(start):
                continue
            parts = path.removeprefix(start).split("/")
            for depth in range(1, len(parts) if recursive else min(len(parts), 2)):
                above = start + "/".join(parts[:depth])
                entries[above] = {"type": "directory", "path": above, "size": 0, "oid": "1" * 40}
            if recursive or len(parts) == 1:
                entries[path] = entry_of(path, data)
        if folder and not entries:
            return self.missing("EntryNotFound")
        return self.answer(content=list(entries.values()))

    def paths_info(self, commit, data):
        try:
            paths = json.loads(data)["paths"]
        except ValueError:
            paths = parse_qs(data.decode()).get("paths", [])
        self.answer(content=[entry_of(path, commit.files[path]) for path in paths if path in commit.files])

    def download(self, kind, name, revision, path):
        repository = self.open_to(kind, name)
        if repository is None:
            return None
        commit = repository.at(revision)
        if commit is None:
            return self.missing("RevisionNotFound")
        if path not in commit.files:
            return self.missing("EntryNotFound")
        data = commit.files[path]
        headers = {"ETag": f'"{etag_of(path, data)}"', "X-Repo-Commit": commit.sha, "Accept-Ranges": "bytes"}
        code, asked = 200, self.headers.get("Range")
        if asked and self.command == "GET":
            first, _, last = asked.removeprefix("bytes=").partition("-")
            last = min(int(last) if last else len(data) - 1, len(data) - 1)
            headers["Content-Range"] = f"bytes {first}-{last}/{len(data)}"
            code, data = 206, data[int(first) : last + 1]
            self.server.requests[-1] += f" from {first}"
        return self.answer(code, data, headers, "application/octet-stream")
