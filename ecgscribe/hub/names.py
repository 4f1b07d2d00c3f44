"""Names of repositories, what a folder is, and `owner/name@revision`."""

from __future__ import annotations

import json
import re
from pathlib import Path

from ecgscribe.core.errors import BadOption

KINDS = ("model", "dataset", "space")
_NAME = re.compile(r"[A-Za-z0-9][\w.-]{0,95}/[A-Za-z0-9][\w.-]{0,95}")
_REVISION = re.compile(r"[\w./-]{1,200}")


def check_kind(kind: str) -> None:
    """Raises `BadOption` for anything but model, dataset and space."""
    if kind not in KINDS:
        raise BadOption(f"There is no kind of repository {kind!r}.", f"Known: {', '.join(KINDS)}.")


def check_repo(repo: str) -> None:
    """Raises `BadOption` unless `repo` is owner/name as the Hub spells them."""
    if not _NAME.fullmatch(repo) or ".." in repo or "--" in repo or repo.endswith((".git", ".", "-")):
        raise BadOption(f"{repo!r} is no repository name.", "Write owner/name.")


def pinned(name: str, revision: str | None = None) -> tuple[str, str | None]:
    """("owner/name", revision) of "owner/name" or "owner/name@revision".

    A revision is a commit's sha, a tag or a branch. Raises `BadOption` when both places name one and they
    differ, or when it is none.
    """
    bare, at, named = name.partition("@")
    if at and revision and named != revision:
        raise BadOption(f"{name!r} and the revision {revision!r} contradict each other.", "Name one revision.")
    revision = named if at else revision
    if (at and not named) or (revision and (not _REVISION.fullmatch(revision) or ".." in revision)):
        raise BadOption(f"{revision!r} is no revision.", "Give a commit's sha, a tag or a branch.")
    return bare, revision or None


def kind_of(folder: Path) -> str:
    """model, dataset or space, as its files tell. Raises `BadOption` when they do not tell."""
    if header_field(folder, "sdk"):
        return "space"
    if (folder / "build.json").is_file() or any(folder.glob("data/*.parquet")) or any(folder.glob("*/*.parquet")):
        return "dataset"
    if (folder / "config.json").is_file():
        return "model"
    raise BadOption(f"{folder} does not tell what it is.", f"Say --type {', '.join(KINDS[:-1])} or {KINDS[-1]}.")


def check_folder(folder: Path, kind: str) -> None:
    """Raises `BadOption` for what must not be pushed: no folder, no card, an unfinished build."""
    if not folder.is_dir():
        raise BadOption(f"{str(folder)!r} is no folder.", "Name the folder that a build or a training wrote.")
    if not (folder / "README.md").is_file():
        raise BadOption(f"{folder} has no README.md, so nobody would know what it is.", "Finish the build first.")
    door = header_field(folder, "app_file") or ("app.py" if header_field(folder, "sdk") == "gradio" else "")
    if kind == "space" and door and not (folder / door).is_file():
        raise BadOption(f"{folder} has no {door}, so it would not run.", "Put a Space together by push-space.")
    try:
        manifest = json.loads((folder / "build.json").read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return
    if isinstance(manifest, dict) and manifest.get("complete") is False:
        raise BadOption(f"The build in {folder} is not finished.", "Run the same build command again, then push.")


def header_field(folder: Path, name: str) -> str:
    """A plain field of the YAML header of the folder's README.md; "" when it is not there."""
    try:
        text = (folder / "README.md").read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError):
        return ""
    header = text.split("\n---", 1)[0] if text.startswith("---") else ""
    found = re.search(rf"^{re.escape(name)}:[ \t]*(.+)$", header, re.M)
    return found[1].strip().strip("\"'") if found else ""
