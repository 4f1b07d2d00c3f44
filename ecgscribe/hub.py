"""Folders to and from the Hugging Face Hub: model folders, datasets, Spaces."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

from ecgscribe.core.errors import BadOption, Offline

KINDS = ("model", "dataset", "space")
_LEFT_OUT = ["*.part", ".cache/**", ".git/**", "__pycache__/**", "**/__pycache__/**", "checkpoint-*/**"]
_TOKEN = re.compile(r"hf_[A-Za-z0-9]{4,}|(?<=Bearer )\S+")


def push_folder(folder: str | Path, repo: str, kind: str = "model", private: bool = False, retry: str = "") -> str:
    """Uploads a whole folder, README.md included, in one commit; creates the repository when it is not there.

    `repo` "owner/name"; `kind` model, dataset or space; `retry` the command that the error message should name.
    The token comes from HF_TOKEN or `hf auth login` and is never printed. Returns the commit's address. Files
    that are already there with the same content are not sent again. Raises `Offline` when the Hub cannot be
    reached, `BadOption` when it refuses; the folder stays as it is.
    """
    folder = Path(folder)
    _check(kind, repo)
    if not (folder / "README.md").is_file():
        raise BadOption(f"{folder} has no README.md, so nobody would know what it is.", "Finish the build first.")

    def upload():
        from huggingface_hub import HfApi

        api = HfApi(library_name="ecgscribe")
        extra = {"space_sdk": "gradio"} if kind == "space" else {}
        api.create_repo(repo, repo_type=kind, private=private, exist_ok=True, **extra)
        return api.upload_folder(
            folder_path=folder,
            repo_id=repo,
            repo_type=kind,
            ignore_patterns=_LEFT_OUT,
            commit_message=f"Upload {kind} with ecgscribe",
        )

    again = f"run `{retry}` again" if retry else "push again"
    info = _answered(upload, f"Pushing to {repo} failed", f"{folder} is whole and unchanged; {again}.")
    return str(info.commit_url)


def pull(repo: str, kind: str = "model", revision: str | None = None) -> Path:
    """The local folder of a Hub repository, downloaded once and then taken from the cache.

    Raises `Offline` when the Hub cannot be reached and nothing is cached, `BadOption` when the repository or
    revision does not exist or is closed to you.
    """
    _check(kind, repo)

    def download():
        from huggingface_hub import snapshot_download

        return snapshot_download(repo, repo_type=kind, revision=revision, library_name="ecgscribe")

    return Path(_answered(download, f"Fetching {repo} failed", "Check the name, the connection and HF_TOKEN."))


def _check(kind: str, repo: str) -> None:
    if kind not in KINDS:
        raise BadOption(f"There is no kind of repository {kind!r}.", f"Known: {', '.join(KINDS)}.")
    if not re.fullmatch(r"[\w.-]+/[\w.-]+", repo):
        raise BadOption(f"{repo!r} is no repository name.", "Write owner/name.")


def _answered(ask: Callable, failed: str, hint: str):
    """What `ask` returns; the client's many errors become ours, with any token cut out."""
    from huggingface_hub import errors

    try:
        return ask()
    except errors.HfHubHTTPError as error:
        kind = Offline if error.response is not None and error.response.status_code >= 500 else BadOption
        raise kind(f"{failed}: {_clean(error)}.", hint) from None
    except errors.LocalTokenNotFoundError as error:
        raise BadOption(f"{failed}: {_clean(error)}.", hint) from None
    except OSError as error:  # offline mode, nothing cached, no disk space
        raise Offline(f"{failed}: {_clean(error)}.", hint) from None
    except Exception as error:
        # the client's HTTP library has changed its name between releases; its base class has not
        if any(base.__name__ == "TransportError" for base in type(error).__mro__):
            raise Offline(f"{failed}: {_clean(error)}.", hint) from None
        raise


def _clean(error: Exception) -> str:
    """The first line of an error, without tokens."""
    line = next((line for line in str(error).splitlines() if line.strip()), type(error).__name__)
    return _TOKEN.sub("(token)", line).strip().rstrip(".")[:300]
