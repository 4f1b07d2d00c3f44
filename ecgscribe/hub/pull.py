"""Repositories of the Hub come to this machine: into the cache, or into a folder that is whole or not there."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

from ecgscribe.core.errors import BadModel, BadOption, Offline
from ecgscribe.hub.answers import answered
from ecgscribe.hub.names import check_kind, check_repo, pinned

MODEL_FILES = ("*.json", "*.txt", "*.md", "*.safetensors")


def pull(repo: str, kind: str = "model", revision: str | None = None) -> Path:
    """The local folder of a Hub repository, downloaded once and then taken from the cache.

    `repo` "owner/name" or "owner/name@revision". Raises `Offline` when the Hub cannot be reached and nothing is
    cached, `BadOption` when the repository or revision does not exist or is closed to you.
    """
    return _fetched(*pinned(repo, revision), kind)


def pull_into(repo: str, out: str | Path, kind: str = "model", revision: str | None = None) -> str:
    """Downloads a repository into the folder `out` and returns the commit's sha that it is.

    `revision` a commit's sha, a tag or a branch (default main); all files come from the one commit that it names
    now. They are gathered in `out`.SHA.part, compared with the digests that the Hub lists, and moved to `out`
    together; a pull that broke off goes on with the same command. Raises `Offline`, `BadOption`, the latter for
    an `out` that holds something, too.
    """
    repo, revision = pinned(repo, revision)
    check_kind(kind)
    check_repo(repo)
    out = Path(out)
    if out.exists() and (not out.is_dir() or any(out.iterdir())):
        raise BadOption(f"{out} exists and is not empty.", "Choose another folder.")
    failed, again = f"Fetching {repo} failed", "Pull again: what has come is kept."
    sha = answered(lambda: _api().repo_info(repo, repo_type=kind, revision=revision).sha, failed, "")
    part = out.with_name(f"{out.name}.{sha[:12]}.part")

    def download():
        from huggingface_hub import snapshot_download

        snapshot_download(repo, repo_type=kind, revision=sha, local_dir=part, library_name="ecgscribe")
        return _api().verify_repo_checksums(repo, repo_type=kind, revision=sha, local_dir=part)

    checked = answered(download, failed, again)
    for broken in checked.mismatches:
        (part / broken["path"]).unlink(missing_ok=True)
    if checked.mismatches or checked.missing_paths:
        named = sorted([broken["path"] for broken in checked.mismatches] + list(checked.missing_paths))
        raise Offline(f"{failed}: {', '.join(named[:3])} did not come as the Hub lists it.", again)
    shutil.rmtree(part / ".cache", ignore_errors=True)
    if out.is_dir():
        out.rmdir()
    os.replace(part, out)
    return sha


def local_folder(folder_or_id: str | Path, revision: str | None = None) -> Path:
    """A model's folder: the folder itself, or the Hub repository's snapshot on this machine (fetched when needed).

    `folder_or_id` a folder, "owner/name" or "owner/name@revision". Raises `BadModel` when neither exists and
    `Offline` when the Hub cannot be reached and nothing is cached.
    """
    folder = Path(folder_or_id)
    if folder.is_dir():
        return folder
    name = str(folder_or_id)
    if folder.is_absolute() or name.startswith(".") or name.partition("@")[0].count("/") != 1:
        raise BadModel(f"The model folder {name!r} does not exist.", "Name a folder or a Hub id such as owner/name.")
    try:
        repo, revision = pinned(name, revision)
        check_repo(repo)
    except BadOption as error:
        raise BadModel(
            f"{name!r} is neither a folder nor a Hub id.", "A Hub id looks like owner/name or owner/name@revision."
        ) from error
    try:
        return _fetched(repo, revision, "model", MODEL_FILES)
    except BadOption as error:
        raise BadModel(
            f"The Hub gives no model {repo!r} at revision {revision or 'main'!r}: {error.message}", error.hint
        ) from error
    except Offline as error:
        raise Offline(
            f"The model {repo!r} is not on this machine and the Hub cannot be reached.",
            f"Connect, or name a model folder. ({error.message})",
        ) from error


def _api():
    from huggingface_hub import HfApi

    return HfApi(library_name="ecgscribe")


def _fetched(repo: str, revision: str | None, kind: str, files: tuple[str, ...] | None = None) -> Path:
    check_kind(kind)
    check_repo(repo)

    def download():
        from huggingface_hub import snapshot_download

        return snapshot_download(
            repo,
            repo_type=kind,
            revision=revision,
            allow_patterns=None if files is None else list(files),
            library_name="ecgscribe",
        )

    return Path(answered(download, f"Fetching {repo} failed", ""))
