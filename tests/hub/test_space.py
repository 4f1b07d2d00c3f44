"""A Space: what is gathered, and that it runs as one: a fresh environment, its requirements, app.py."""

import ast
import json
import os
import re
import shutil
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path

import pytest

from ecgscribe.cli.main import main
from ecgscribe.core.errors import BadOption
from ecgscribe.hub.names import header_field
from ecgscribe.hub.needed import needed_files
from ecgscribe.hub.space import gather

ROOT = Path(__file__).resolve().parents[2]
SHA = "0123456789" * 4


@pytest.fixture(scope="module")
def space(tmp_path_factory):
    out = tmp_path_factory.mktemp("space") / "space"
    gather(out)
    return out


def test_only_what_it_needs_is_gathered(space):
    names = {path.relative_to(space).as_posix() for path in space.rglob("*") if path.is_file()}
    assert {"app.py", "README.md", "requirements.txt", "LICENSE", "ecgscribe/app/ui.py"} <= names
    assert {path.name for path in (space / "models").iterdir()} == {
        path.parent.name for path in (ROOT / "models").glob("*/config.json")
    }
    assert {path.name for path in (space / "examples").iterdir()} == {
        path.name for path in (ROOT / "examples").iterdir()
    }
    rooms = {path.name for path in (space / "ecgscribe").iterdir() if path.is_dir()}
    assert rooms.isdisjoint({"training", "evaluation"}), "nobody trains on a Space"
    assert not [name for name in names if "pycache" in name or name.startswith(("tests/", "sample/", ".git"))]


def test_imports_at_the_top_of_every_gathered_file_are_gathered(space):
    """What is imported when a file is imported must be there; inside functions, all but other commands' work."""
    assert {path.relative_to(space).as_posix() for path in space.rglob("*.py")} == {
        name for name in needed_files(ROOT) if name.endswith(".py")
    }
    assert needed_files(space) == needed_files(ROOT)


def test_a_planted_import_is_followed(tmp_path):
    for name, text in {
        "app.py": "from ecgscribe.a import thing",
        "ecgscribe/__init__.py": "",
        "ecgscribe/a.py": "def f():\n    from .room import b\n",
        "ecgscribe/room/__init__.py": "",
        "ecgscribe/room/b.py": "import ecgscribe.c",
        "ecgscribe/room/table.tsv": "x",
        "ecgscribe/c.py": "from os import path",
        "ecgscribe/idle.py": "",
        "ecgscribe/other/d.py": "",
    }.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text)
    assert needed_files(tmp_path) == sorted(
        ["app.py", "ecgscribe/__init__.py", "ecgscribe/a.py", "ecgscribe/c.py"]
        + ["ecgscribe/room/__init__.py", "ecgscribe/room/b.py", "ecgscribe/room/table.tsv"]
    )


def test_the_header_is_that_of_the_page_and_versions_are_pinned(space):
    for name in ("sdk", "sdk_version", "python_version", "app_file", "title"):
        assert header_field(space, name) == header_field(ROOT, name) != ""
    lines = (space / "requirements.txt").read_text().splitlines()
    assert f"gradio=={header_field(space, 'sdk_version')}" in lines
    ours = [line for line in (ROOT / "requirements.txt").read_text().splitlines() if not line.startswith("#")]
    assert [re.match(r"[\w-]+", line)[0] for line in lines] == [re.match(r"[\w-]+", line)[0] for line in ours]


def test_a_captioner_from_the_hub_is_named_not_sent(tmp_path, capsys):
    model = f"me/ecg-blip@{SHA}"
    assert main(["push-space", "me/page", "--dry-run", "-o", str(tmp_path / "space"), "--model", model]) == 0
    assert "bytes in" in capsys.readouterr().out
    assert not (tmp_path / "space" / "models" / "ecg-blip-small").exists()
    assert f'os.environ.setdefault("ECGSCRIBE_MODEL", "{model}")' in (tmp_path / "space" / "app.py").read_text()
    assert "\nmodels: [me/ecg-blip]\n" in (tmp_path / "space" / "README.md").read_text()
    ast.parse((tmp_path / "space" / "app.py").read_text())


@pytest.mark.parametrize(
    "options, sentence",
    [
        (["me/page", "--dry-run"], "nowhere to write to"),
        (["page", "--dry-run", "-o", "x"], "no repository name"),
        (["me/page", "--dry-run", "-o", "x", "--model", "me/ecg-blip"], "is not pinned"),
    ],
)
def test_mistakes_are_one_sentence(options, sentence, capsys, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert main(["push-space", *options]) == 2
    assert sentence in capsys.readouterr().err and not list(tmp_path.iterdir())


def test_a_full_folder_is_not_written_into(tmp_path):
    (tmp_path / "mine.txt").write_text("mine")
    with pytest.raises(BadOption, match="is not empty"):
        gather(tmp_path)


@pytest.mark.slow
def test_a_space_is_pushed_whole(hub, client, repo, tmp_path):
    space = tmp_path / "space"
    done = client.run("push-space", repo, "--private", "-o", space)
    assert done.code == 0, done.err
    repository = hub.repositories["space", repo]
    assert repository.private and repository.sdk == "gradio"
    assert repository.files == {
        path.relative_to(space).as_posix(): path.read_bytes() for path in space.rglob("*") if path.is_file()
    }


# --- as a Space would: a new environment, pip, app.py ----------------------------------------------------------


def pip(python: Path, *arguments: str) -> subprocess.CompletedProcess:
    """This environment's pip, with its own settings, works on another interpreter: no time for a copy of pip."""
    command = [sys.executable, "-m", "pip", "--disable-pip-version-check", "--python", str(python), *arguments]
    return subprocess.run(command, capture_output=True, text=True, timeout=1200)


def installed(folder: Path, space: Path) -> Path:
    """A fresh environment with the Space's requirements; skips when the registry cannot give them."""
    python = folder / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", str(folder)], check=True)
    requirements = str(space / "requirements.txt")
    index = os.environ.get("TORCH_INDEX")
    torch = next(line for line in (space / "requirements.txt").read_text().splitlines() if line.startswith("torch"))
    if not index:
        plan = pip(python, "install", "-q", "--dry-run", "--report", "-", torch)
        if plan.returncode:
            pytest.skip(f"the package registry cannot be reached or has no {torch}: {plan.stderr.strip()[-200:]}")
        names = [item["metadata"]["name"] for item in json.loads(plan.stdout)["install"]]
        if any(name.startswith(("nvidia-", "cuda-", "triton")) for name in names):
            pytest.skip(
                "pip would fetch several GB of CUDA libraries; name the CPU index: make test TORCH_INDEX=ADDRESS"
            )
    else:
        first = pip(python, "install", "-q", "--no-compile", torch, "--index-url", index)
        if first.returncode:
            pytest.skip(f"TORCH_INDEX has no {torch}: {first.stderr.strip()[-200:]}")
    done = pip(python, "install", "-q", "--no-compile", "-r", requirements)
    assert done.returncode == 0, done.stderr[-2000:]
    return python


def asked(url: str, data: dict | None = None, raw: bytes | None = None, kind: str = "application/json") -> bytes:
    body = raw if raw is not None else None if data is None else json.dumps(data).encode()
    with urllib.request.urlopen(urllib.request.Request(url, body, {"Content-Type": kind}), timeout=120) as answer:
        return answer.read()


def caption_of(url: str, picture: Path) -> str:
    """Uploads a picture and calls /read as a program would, over plain HTTP."""
    name, edge = picture.name, "edge0123456789"
    part = f'--{edge}\r\nContent-Disposition: form-data; name="files"; filename="{name}"\r\n\r\n'.encode()
    raw = part + picture.read_bytes() + f"\r\n--{edge}--\r\n".encode()
    path = json.loads(asked(f"{url}/gradio_api/upload", raw=raw, kind=f"multipart/form-data; boundary={edge}"))[0]
    fields = {"data": [{"path": path, "meta": {"_type": "gradio.FileData"}}]}
    event = json.loads(asked(f"{url}/gradio_api/call/read", fields))["event_id"]
    told = asked(f"{url}/gradio_api/call/read/{event}").decode()
    assert "event: complete" in told, told
    return json.loads(told.rpartition("data: ")[2])[0]


@pytest.mark.slow
def test_the_folder_runs_as_a_space(space, tmp_path):
    """Every import of it comes from its requirements.txt alone: nothing else is installed there."""
    environment = tmp_path / "environment"
    try:
        python = installed(environment, space)
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            port = probe.getsockname()[1]
        settings = {name: value for name, value in os.environ.items() if not name.startswith(("PYTHON", "ECGSCRIBE"))}
        settings |= {
            "GRADIO_SERVER_NAME": "0.0.0.0",
            "GRADIO_SERVER_PORT": str(port),
            "HF_HOME": str(tmp_path / "home"),
            "HF_HUB_OFFLINE": "1",
        }
        log = (tmp_path / "log").open("w")
        server = subprocess.Popen([python, "app.py"], cwd=space, env=settings, stdout=log, stderr=log)
        try:
            url, until = f"http://127.0.0.1:{port}", time.monotonic() + 300
            while True:
                assert server.poll() is None and time.monotonic() < until, (tmp_path / "log").read_text()[-3000:]
                try:
                    page = asked(url).decode()
                    break
                except urllib.error.URLError:
                    time.sleep(0.2)
            assert "<title>ecgscribe" in page or "ecgscribe" in page
            caption = caption_of(url, space / "examples" / "sinus-rhythm.png")
            assert "sinus rhythm" in caption.lower(), caption
        finally:
            server.terminate()
            server.wait(30)
            log.close()
        assert "Traceback" not in (tmp_path / "log").read_text()
        others = {path.name.split("-")[0] for path in environment.glob("lib/python*/site-packages/*.dist-info")}
        assert "torch" in others and others.isdisjoint({"ecgscribe", "datasets", "wfdb", "pytest"})
    finally:
        shutil.rmtree(environment, ignore_errors=True)  # 1.3 GB
