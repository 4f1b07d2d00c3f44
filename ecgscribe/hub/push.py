"""A folder goes to the Hub in one commit; what is there already is not sent again."""

from __future__ import annotations

import shlex
from fnmatch import fnmatch
from pathlib import Path

from ecgscribe.core.errors import BadOption
from ecgscribe.hub.answers import answered
from ecgscribe.hub.names import check_folder, check_kind, check_repo, header_field
from ecgscribe.hub.secrets import assert_no_token

LEFT_OUT = [
    "*.part", "*.tmp", ".cache/*", "*/.cache/*", ".git/*", "*/.git/*", "__pycache__/*", "*/__pycache__/*", "*.pyc",
    "checkpoint-*", "*/checkpoint-*", ".env", "*/.env", ".netrc", ".venv/*", ".DS_Store", "*/.DS_Store",
]  # fmt: skip
REPLACED = {
    "dataset": ["*.parquet"],
    "model": ["*.safetensors"],
    "space": ["ecgscribe/*", "models/*", "examples/*"],
}
"""Files on the Hub that go when the folder no longer has them: an old shard would mix old rows with new ones."""


def push_folder(
    folder: str | Path,
    repo: str,
    kind: str = "model",
    private: bool = False,
    retry: str = "",
    revision: str | None = None,
    parent: str | None = None,
) -> str:
    """Uploads a whole folder, README.md included; creates the repository when it is not there.

    `repo` "owner/name"; `kind` model, dataset or space; `retry` the command that the error message names;
    `revision` the branch that gets the commit (created from main when new); `parent` the commit's sha that this
    branch must still stand at, else nothing is changed. The token comes from HF_TOKEN or `hf auth login` and is
    never said. Returns the commit's address. An interrupted push goes on where it was: files that the Hub holds
    with the same content are not sent again. Raises `Offline` when the Hub cannot be reached or is out of order,
    `BadOption` when it refuses, when `private` is asked for a repository that is public, and when a file holds
    a token; the folder stays as it is.
    """
    folder = Path(folder)
    check_kind(kind)
    check_repo(repo)
    check_folder(folder, kind)
    assert_no_token(folder, files_to_push(folder))
    failed = f"Pushing to {repo} failed"
    again = f"{folder} is whole and unchanged; run `{retry or _command(folder, repo, kind, private, revision)}` again."
    sdk = header_field(folder, "sdk") or "gradio"
    answered(lambda: _prepare(repo, kind, private, revision, sdk), failed, again)
    info = answered(lambda: _upload(folder, repo, kind, revision, parent), failed, again, conflicts=parent is None)
    return str(info.commit_url)


def files_to_push(folder: Path) -> list[str]:
    """Relative names, sorted, without what stays at home: checkpoints, caches, half-written files, secrets."""
    names = (path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file())
    return sorted(name for name in names if not any(fnmatch(name, pattern) for pattern in LEFT_OUT))


def _command(folder: Path, repo: str, kind: str, private: bool, revision: str | None) -> str:
    """The command that pushes the same, for the error message: nothing needs to be built or trained again."""
    words = ["python", "-m", "ecgscribe", "push", str(folder), repo, "--type", kind]
    return shlex.join(words + ["--private"] * private + (["--revision", revision] if revision else []))


def _api():
    from huggingface_hub import HfApi

    return HfApi(library_name="ecgscribe")


def _prepare(repo: str, kind: str, private: bool, revision: str | None, sdk: str) -> None:
    """Repository and branch are there, and as private as asked."""
    api = _api()
    extra = {"space_sdk": sdk} if kind == "space" else {}
    api.create_repo(repo, repo_type=kind, private=private, exist_ok=True, **extra)
    if private and not api.repo_info(repo, repo_type=kind).private:
        raise BadOption(
            f"{repo} is public already, so nothing was sent there.",
            "Make it private in its settings, or push to another name.",
        )
    if revision and revision != "main":
        api.create_branch(repo, repo_type=kind, branch=revision, exist_ok=True)


def _upload(folder: Path, repo: str, kind: str, revision: str | None, parent: str | None):
    return _api().upload_folder(
        folder_path=folder,
        repo_id=repo,
        repo_type=kind,
        revision=revision,
        parent_commit=parent,
        ignore_patterns=list(LEFT_OUT),
        delete_patterns=REPLACED[kind],
        commit_message=f"Upload {kind} with ecgscribe",
    )
