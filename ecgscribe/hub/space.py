"""A Space of the reader: app.py, the needed part of the package, models, examples, a short page."""

from __future__ import annotations

import os
import re
import shutil
import tempfile
from pathlib import Path

from ecgscribe.core.errors import BadOption
from ecgscribe.hub.names import check_repo, pinned
from ecgscribe.hub.needed import needed_files

ROOT = Path(__file__).resolve().parents[2]
_PAGE = """
# ecgscribe

Reads a picture of a 12-lead ECG (scan, screenshot, PDF, photograph) and writes a caption-style report; what it cannot
read, it says.

**Not a medical device. Not for diagnosis or treatment.** A machine writes the text from the picture alone and can be
wrong: a physician must read the ECG itself. A picture is read in memory and deleted at once; nothing is kept. Do not
upload pictures that show a person's name.

`/read` is the address for programs: one picture in, the caption and the interpretation as JSON out.

{models}
The examples are simulated ECGs. Code and models: Apache-2.0.
"""


def gather(out: str | Path, loaded: tuple[str, str, str] | None = None, root: Path = ROOT) -> dict[str, int]:
    """Writes a Space into the new folder `out`; returns file name -> bytes, sorted by name.

    `loaded` (environment variable, Hub id, folder name): that model is fetched by the Space from the Hub instead
    of being sent along; the id must name its revision. All other folders of models/ are sent. Raises `BadOption`
    for an `out` that holds something and for an installation without app.py or models; `out` is whole or absent.
    """
    out = Path(out)
    if out.exists() and (not out.is_dir() or any(out.iterdir())):
        raise BadOption(f"{out} exists and is not empty.", "Choose another folder.")
    if not (root / "app.py").is_file():
        raise BadOption("app.py is not beside this installation.", "Work in a checkout of the repository.")
    if loaded is not None:
        _check_pinned(loaded[1])
    models = [path for path in sorted((root / "models").glob("*")) if (path / "config.json").is_file()]
    sent = [path for path in models if loaded is None or path.name != loaded[2]]
    if not sent and loaded is None:
        raise BadOption(f"{root / 'models'} holds no model.", "Train one, or name one on the Hub with --model.")
    out.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=out.parent, prefix=f".{out.name}-") as temporary:
        draft = Path(temporary) / "space"
        _copy(root, draft, needed_files(root))
        for folder in [*sent, root / "examples"]:
            _copy(root, draft, sorted(path.relative_to(root).as_posix() for path in _files(folder)))
        (draft / "LICENSE").write_bytes((root / "LICENSE").read_bytes())
        (draft / "requirements.txt").write_text(_requirements(root), encoding="utf-8")
        (draft / "README.md").write_text(_readme(root, sent, loaded), encoding="utf-8")
        if loaded is not None:
            _load_from_hub(draft / "app.py", *loaded[:2])
        if out.is_dir():
            out.rmdir()
        os.replace(draft, out)
    return {path.relative_to(out).as_posix(): path.stat().st_size for path in sorted(_files(out))}


def _files(folder: Path) -> list[Path]:
    hidden = ("__pycache__", ".cache")
    return [
        path
        for path in folder.rglob("*")
        if path.is_file() and not set(path.relative_to(folder).parts) & set(hidden) and path.suffix != ".part"
    ]


def _copy(root: Path, draft: Path, names: list[str]) -> None:
    for name in names:
        (draft / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(root / name, draft / name)


def _check_pinned(model: str) -> None:
    repo, revision = pinned(model)
    check_repo(repo)
    if not re.fullmatch(r"[0-9a-f]{40}", revision or ""):
        raise BadOption(
            f"The model {model!r} is not pinned, so the Space might change by itself.", "Say owner/name@SHA."
        )


def _requirements(root: Path) -> str:
    """The requirements, at the versions that the tests ran with: a Space that is built again stays the same."""
    pins = dict(re.findall(r"^([\w-]+)==(\S+)$", (root / "constraints.txt").read_text(encoding="utf-8"), re.M))
    lines = []
    for line in (root / "requirements.txt").read_text(encoding="utf-8").splitlines():
        name = re.match(r"[\w-]+", line)
        lines.append(f"{name[0]}=={pins[name[0]]}" if name and name[0] in pins else line)
    return "\n".join(line for line in lines if not line.startswith("#")) + "\n"


def _readme(root: Path, sent: list[Path], loaded: tuple[str, str, str] | None) -> str:
    text = (root / "README.md").read_text(encoding="utf-8")
    header = text.split("\n---\n", 1)[0] if text.startswith("---\n") else ""
    if "\nsdk: gradio" not in header:
        raise BadOption(f"{root / 'README.md'} has no header of a Gradio Space.", "Bring it back.")
    lines = [f"- `models/{path.name}`, in this repository, with its card" for path in sent]
    if loaded is not None:
        repo, revision = pinned(loaded[1])
        header += f"\nmodels: [{repo}]"
        lines.append(f"- `{repo}` at `{revision}`")
    return f"{header}\n---\n" + _PAGE.format(models="Models:\n\n" + "\n".join(lines) + "\n")


def _load_from_hub(door: Path, variable: str, model: str) -> None:
    """Lets app.py name its model before anything else; a variable set in the Space's settings wins."""
    docstring, rest = re.match(r'(""".*?"""\n)(.*)', door.read_text(encoding="utf-8"), re.S).groups()
    start = f'\nimport os\n\nos.environ.setdefault("{variable}", "{model}")\n'
    door.write_text(docstring + start + rest, encoding="utf-8")
