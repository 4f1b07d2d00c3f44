"""What the Hub answers: passing faults are waited out, lasting ones become one sentence with a remedy."""

from __future__ import annotations

import errno
import sys
import time
from collections.abc import Callable, Iterator
from typing import TypeVar

from ecgscribe.core.errors import BadOption, EcgscribeError, Offline
from ecgscribe.hub.secrets import clean_log, known_tokens, without_secrets

T = TypeVar("T")
WAITS_S = (1.0, 2.0, 4.0)
"""Between the rounds, unless the Hub itself says how long. The client waits out faults of uploads and listings,
but not those of creating a repository, of asking for upload modes and of the commit."""
LONGEST_WAIT_S = 120.0
PATIENCE_S = 20.0
"""A round that took longer than this ended after the client's own retries: another one would not help."""
_PASSING = (408, 429, 500, 502, 503, 504)
_CONFLICT = (409, 412)


def answered(ask: Callable[[], T], failed: str, again: str, conflicts: bool = False) -> T:
    """What `ask` returns.

    Broken connections and the statuses 408, 429 and 5xx are tried again (`ask` must bear it), and so are
    commits of others at the same moment with `conflicts`. Otherwise raises `Offline` or `BadOption`: `failed`
    (what was tried), the reason, and the remedy followed by `again`; no token in it.
    """
    for wait_s in (*WAITS_S, None):
        start = time.monotonic()
        try:
            with clean_log():
                return ask()
        except EcgscribeError:
            raise
        except Exception as error:
            wait_s = _next_wait_s(error, wait_s, conflicts)
            if wait_s is None or time.monotonic() - start > PATIENCE_S:
                raise _ours(error, failed, again) from None
            reason = without_secrets(_reason(error)[0])
        print(f"The Hub: {reason}; trying again in {wait_s:g} s.", file=sys.stderr, flush=True)
        time.sleep(wait_s)
    raise AssertionError("the last round returns or raises")


def _next_wait_s(error: Exception, wait_s: float | None, conflicts: bool) -> float | None:
    """How long to wait before the next round; None for a fault that lasts."""
    if wait_s is None:
        return None
    status = _status(error)
    if status is None:
        return wait_s if _is_transport(error) else None
    if status not in _PASSING and not (conflicts and status in _CONFLICT):
        return None
    told = _response(error).headers.get("Retry-After", "")
    asked_s = float(told) if told.isdigit() else wait_s
    return asked_s if asked_s <= LONGEST_WAIT_S else None


def _chain(error: BaseException) -> Iterator[BaseException]:
    """The error and what it came from: the client hides faults of an upload in a RuntimeError."""
    seen: set[int] = set()
    link: BaseException | None = error
    while link is not None and id(link) not in seen:
        seen.add(id(link))
        yield link
        link = link.__cause__ or link.__context__


def _response(error: Exception):
    for link in _chain(error):
        response = getattr(link, "response", None)
        if response is not None:
            return response
    return None


def _status(error: Exception) -> int | None:
    response = _response(error)
    return None if response is None else response.status_code


def _is_transport(error: Exception) -> bool:
    # the client's HTTP library has changed its name between releases; its base class has not
    return any(base.__name__ == "TransportError" for link in _chain(error) for base in type(link).__mro__)


def _ours(error: Exception, failed: str, again: str) -> Exception:
    """The error to raise: ours where the fault is the Hub's or the caller's, else `error` itself (a bug)."""
    known = (OSError, RuntimeError, ValueError)
    if not _is_transport(error) and _status(error) is None and not isinstance(error, known):
        return error
    reason, remedy, kind = _reason(error)
    return kind(f"{failed}: {without_secrets(reason)}.", " ".join(part for part in (remedy, again) if part))


def _reason(error: Exception) -> tuple[str, str, type[EcgscribeError]]:
    """(why, remedy, kind of our error)."""
    from huggingface_hub import errors

    links = list(_chain(error))
    status = _status(error)

    def has(kind: type) -> bool:
        return any(isinstance(link, kind) for link in links)

    if has(errors.OfflineModeIsEnabled):
        return "HF_HUB_OFFLINE forbids asking the Hub", "Unset it.", Offline
    full = [link for link in links if isinstance(link, OSError) and link.errno in (errno.ENOSPC, errno.EDQUOT)]
    if full:
        return "the disk is full", "Make room.", BadOption
    if any("xet-write-token" in str(link) and "404" in str(link) for link in links):
        return "this Hub does not know the Xet protocol", "Set HF_HUB_DISABLE_XET=1.", BadOption
    if status is not None:
        return _reason_of_status(error, status, has)
    if has(errors.LocalTokenNotFoundError):
        return "no token is there", "Set HF_TOKEN or run `hf auth login`.", BadOption
    if _is_transport(error) or has(errors.LocalEntryNotFoundError) or has(ConnectionError):
        return f"the Hub cannot be reached ({_first_line(links[-1])[:120]})", "Check the connection.", Offline
    return _first_line(error), "", Offline if isinstance(error, OSError) else BadOption


def _reason_of_status(error: Exception, status: int, has: Callable[[type], bool]):
    from huggingface_hub import errors

    if has(errors.GatedRepoError):
        return "its owner asks for a request before giving access", "Ask on its page.", BadOption
    if has(errors.RevisionNotFoundError):
        return "it has no such revision", "Give a commit's sha, a tag or a branch.", BadOption
    if has(errors.EntryNotFoundError):
        return "a file is missing there", "", BadOption
    if has(errors.RepositoryNotFoundError) or status == 401:
        if not known_tokens():
            return (
                "no such repository is open to you, and no token is there",
                "Check the name; set HF_TOKEN or run `hf auth login`.",
                BadOption,
            )
        if has(errors.RepositoryNotFoundError):
            return "it does not exist, or your token may not see it", "Check its name and your token.", BadOption
        return "the Hub does not accept your token (401)", "Set a valid HF_TOKEN or run `hf auth login`.", BadOption
    if status == 403:
        return "your token has no right to that (403)", "Use a token that may write there.", BadOption
    if status in _CONFLICT:
        return f"somebody else has committed there meanwhile ({status})", "Look at it.", BadOption
    if status == 429:
        return "too many requests for now (429)", "Wait a while.", Offline
    if status in _PASSING or status >= 500:
        return f"the Hub is out of order ({status})", "", Offline
    return _first_line(error), "", BadOption


def _first_line(error: BaseException) -> str:
    lines = [line.strip() for line in str(error).splitlines() if line.strip()] or [type(error).__name__]
    text = " ".join(lines[:2]) if lines[0].endswith(":") else lines[0]
    return text.rstrip(".")[:300]
