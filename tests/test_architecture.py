"""The import order of pyproject.toml holds, importing the package is cheap, torch stays in its rooms."""

import ast
import importlib.util
import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
_spec = importlib.util.spec_from_file_location("draw", ROOT / "docs" / "draw.py")
draw = importlib.util.module_from_spec(_spec)
_spec.loader.exec_module(draw)
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())


def wrong_edges(edges) -> list[str]:
    rank = {room: k for k, group in enumerate(draw.layers()) for room in group}
    return [f"{room} imports {other}" for room, other in edges if rank[other] >= rank[room]]


def test_rooms_import_only_to_the_left():
    assert wrong_edges(draw.edges()) == []
    assert ("reader", "captioner") in draw.edges(), "the walk finds the imports that are there"


def test_a_planted_upward_import_is_caught():
    assert wrong_edges({("core", "page"): 1, ("page", "core"): 1}) == ["core imports page"]
    assert wrong_edges({("captioner", "data"): 1}) == ["captioner imports data"]


@pytest.mark.parametrize(
    "line",
    [
        "from ..app import ui",
        "import ecgscribe.app.ui",
        "from ecgscribe import app",
        "def f():\n    from ecgscribe.app.ui import build",
    ],
)
def test_every_form_of_import_is_seen(tmp_path, monkeypatch, line):
    monkeypatch.setattr(draw, "PACKAGE", tmp_path)
    path = tmp_path / "core" / "planted.py"
    path.parent.mkdir()
    path.write_text(line + "\n")
    assert draw.imports(path) == {"app"}


def test_every_room_stands_in_the_layers():
    known = {room for group in draw.layers() for room in group}
    rooms = {path.name for path in draw.PACKAGE.iterdir() if path.is_dir() and path.name != "__pycache__"}
    assert rooms <= known


def test_torch_stays_in_its_rooms():
    allowed = set(PROJECT["tool"]["ecgscribe"]["torch_rooms"])
    for path in draw.PACKAGE.rglob("*.py"):
        names = {
            alias.name
            for node in ast.walk(ast.parse(path.read_text()))
            if isinstance(node, ast.Import)
            for alias in node.names
        }
        names |= {
            node.module or "" for node in ast.walk(ast.parse(path.read_text())) if isinstance(node, ast.ImportFrom)
        }
        if any(name.split(".")[0] == "torch" for name in names):
            assert draw.room_of(path) in allowed, path


def test_importing_the_package_loads_nothing_heavy_and_touches_nothing(tmp_path):
    program = (
        "import sys\n"
        "def watch(event, args):\n"
        "    if event.startswith('socket') or (event == 'open' and set(args[1] or 'r') & set('wax+')):\n"
        "        raise SystemExit(f'import did {event} {args}')\n"
        "sys.addaudithook(watch)\n"
        "import ecgscribe\n"
        "heavy = {'torch', 'transformers', 'datasets', 'gradio', 'numpy', 'PIL', 'cv2'} & set(sys.modules)\n"
        "assert not heavy, heavy\n"
    )
    done = subprocess.run([sys.executable, "-B", "-c", program], cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr + done.stdout


def test_requirements_equal_the_dependencies_of_the_package():
    lines = [line for line in (ROOT / "requirements.txt").read_text().splitlines() if line and line[0] != "#"]
    assert lines == PROJECT["project"]["dependencies"]


def test_constraints_fit_every_requirement():
    from packaging.requirements import Requirement

    pins = dict(re.findall(r"^([\w-]+)==(\S+)$", (ROOT / "constraints.txt").read_text(), re.M))
    wanted = PROJECT["project"]["dependencies"] + sum(PROJECT["project"]["optional-dependencies"].values(), [])
    for requirement in map(Requirement, wanted):
        if requirement.name in pins:
            assert requirement.specifier.contains(pins[requirement.name]), requirement


def test_the_architecture_picture_is_up_to_date():
    assert draw.PICTURE.read_text() == draw.drawing()
