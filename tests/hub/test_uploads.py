"""Uploads over real HTTP: large files, parts, faults on the way, interruptions, others who push too."""

import hashlib
import os
import signal
import subprocess
import sys
import time

import pytest
from loopback_hub import TOKEN, Fault

pytestmark = pytest.mark.slow

LARGE = ("model.safetensors", "sub/other.safetensors", "rows.csv")


def digest(path):
    return hashlib.sha256(path.read_bytes()).hexdigest()


def pushed(client, folder, repo, *options):
    done = client.run("push", folder, repo, *options)
    assert done.code == 0, done.err
    assert done.out.startswith("Pushed: ") and "Traceback" not in done.err
    return done


def refused(client, folder, repo, *options):
    """The one sentence of a push that fails; the retries' lines before it are left out."""
    done = client.run("push", folder, repo, *options)
    assert done.code == 2 and done.out == "", done.out + done.err
    lines = [line for line in done.err.splitlines() if line.startswith("ecgscribe push: ")]
    assert len(lines) == 1 and "Traceback" not in done.err and TOKEN not in done.err
    return lines[0]


def test_large_files_go_through_lfs_and_what_is_small_through_the_commit(hub, client, folder, repo, bytes_of):
    pushed(client, folder, repo)
    files = hub.repositories["model", repo].files
    assert files == bytes_of(folder)
    assert sorted(name for name, _ in hub.received) == sorted(digest(folder / name) for name in LARGE)
    assert sum(line.endswith("/objects/verify") for line in hub.requests) == len(LARGE)
    stored = [token for line, token in zip(hub.requests, hub.seen_tokens, strict=True) if " /store/" in line]
    assert stored == [None] * len(LARGE), "the storage is another company's: it never sees the token"


def test_a_storage_that_wants_parts_gets_parts(hub, client, folder, repo, bytes_of):
    hub.part_bytes = 3_000_000
    hub.faults = [Fault(r"PUT /store/\w+/2$", 500), Fault(r"PUT /store/\w+/3$", "drop")]
    pushed(client, folder, repo)
    assert hub.repositories["model", repo].files == bytes_of(folder)
    sizes = [size for name, size in hub.received if name == digest(folder / "rows.csv")]
    assert sum(sizes) == (folder / "rows.csv").stat().st_size and sizes[:3] == [3_000_000] * 3


@pytest.mark.parametrize(
    "request_, how",
    [
        ("POST /api/repos/create", 503),
        ("POST /api/repos/create", "drop"),
        ("POST .*/preupload/", 500),
        ("POST .*/preupload/", "cut"),
        ("POST .*/objects/batch", 502),
        ("POST .*/objects/batch", "drop"),
        ("PUT /store/", 500),
        ("PUT /store/", 429),
        ("PUT /store/", "drop"),
        ("POST .*/objects/verify", 504),
        ("POST .*/commit/", 503),
        ("POST .*/commit/", "drop"),
        ("GET .*/tree/", 500),
    ],
)
def test_passing_faults_are_waited_out(hub, client, folder, repo, bytes_of, request_, how):
    hub.faults = [Fault(request_, how, times=2)]
    pushed(client, folder, repo)
    assert hub.repositories["model", repo].files == bytes_of(folder)
    assert hub.faults[0].times == 0, "the fault was met"


def test_a_hub_that_says_how_long_is_obeyed(hub, client, folder, repo):
    hub.faults = [Fault("POST .*/commit/", 429, headers={"Retry-After": "7"})]
    assert "too many requests for now (429); trying again in 7 s" in pushed(client, folder, repo).err
    hub.faults = [Fault("POST .*/preupload/", 429, 9, headers={"Retry-After": "86400"})]
    assert "too many requests for now (429). Wait a while." in refused(client, folder, repo)


def test_a_commit_whose_answer_is_lost_is_not_made_twice(hub, client, folder, repo, bytes_of):
    hub.faults = [Fault("POST .*/commit/", "lost")]
    pushed(client, folder, repo)
    repository = hub.repositories["model", repo]
    assert repository.files == bytes_of(folder) and len(repository.commits) == 2


def test_an_upload_that_failed_goes_on_where_it_was(hub, client, folder, repo, bytes_of):
    before = bytes_of(folder)
    hub.faults = [Fault(f"PUT /store/{digest(folder / 'rows.csv')}", 503, times=99)]
    sentence = refused(client, folder, repo)
    assert f"Pushing to {repo} failed: the Hub is out of order (503)" in sentence
    assert (
        f"{folder} is whole and unchanged; run `python -m ecgscribe push {folder} {repo} --type model` again."
        in sentence
    )
    assert bytes_of(folder) == before
    sent = {name for name, _ in hub.received}
    assert sent == {digest(folder / name) for name in LARGE if name != "rows.csv"}
    hub.forget()
    pushed(client, folder, repo)
    assert {name for name, _ in hub.received} == {digest(folder / "rows.csv")}, "the others are not sent again"
    assert hub.repositories["model", repo].files == before


@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGKILL])
def test_an_interrupted_process_goes_on_where_it_was(hub, client, folder, repo, bytes_of, tmp_path, how):
    """Stopped while the last file is under way: no commit; the second push sends what did not arrive."""
    fault = Fault(f"PUT /store/{digest(folder / 'rows.csv')}", "held")
    hub.faults = [fault]
    process = subprocess.Popen(
        [sys.executable, "-m", "ecgscribe", "push", str(folder), repo],
        env=hub.client_environment(tmp_path / "home"),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert fault.arrived.wait(60)
    while not {digest(folder / name) for name in LARGE[:2]} <= set(hub.blobs):
        time.sleep(0.05)
    os.kill(process.pid, how)
    time.sleep(0.3)
    fault.release.set()  # the client lets a file under way arrive before it obeys Ctrl-C
    out, err = process.communicate(timeout=60)
    assert out == "" and "Traceback" not in err
    assert process.returncode == {signal.SIGINT: 130, signal.SIGKILL: -signal.SIGKILL}[how]
    if how == signal.SIGINT:
        assert err.splitlines()[-2:] == [
            "What has arrived is kept; the same command goes on from there.",
            "ecgscribe push: interrupted.",
        ]
    assert len(hub.repositories["model", repo].commits) == 1
    hub.forget()
    pushed(client, folder, repo)
    resent = {digest(folder / name) for name in LARGE[:2]} & {name for name, _ in hub.received}
    assert not resent and hub.repositories["model", repo].files == bytes_of(folder)


def test_an_equal_folder_makes_no_commit_and_sends_nothing(hub, client, folder, repo):
    first = pushed(client, folder, repo)
    hub.forget()
    second = pushed(client, folder, repo)
    assert hub.received == [] and len(hub.repositories["model", repo].commits) == 2
    assert first.out.strip().rpartition("/")[2] == second.out.strip().rpartition("/")[2]


def test_files_that_went_away_here_go_away_there_and_those_of_others_stay(hub, client, folder, repo):
    pushed(client, folder, repo)
    repository = hub.repositories["model", repo]
    repository.add("main", repository.files | {"thanks.txt": b"from a reader", "old.safetensors": b"x"}, b"them")
    (folder / "sub" / "other.safetensors").unlink()
    pushed(client, folder, repo)
    assert set(repository.files) == {"README.md", "config.json", "model.safetensors", "rows.csv", "thanks.txt"}


def test_a_commit_of_somebody_else_at_the_same_moment_is_no_end(hub, client, folder, repo, bytes_of):
    hub.faults = [Fault("POST .*/commit/", 412)]
    assert "somebody else has committed there meanwhile (412); trying again" in pushed(client, folder, repo).err
    assert hub.repositories["model", repo].files == bytes_of(folder)


def test_a_parent_that_is_not_the_head_any_more_stops_the_push(hub, client, folder, repo):
    pushed(client, folder, repo)
    repository = hub.repositories["model", repo]
    known = repository.branches["main"]
    theirs = repository.add("main", repository.files | {"thanks.txt": b"from a reader"}, b"them")
    (folder / "config.json").write_text('{"new": 1}\n')
    assert "somebody else has committed there meanwhile (412)" in refused(client, folder, repo, "--parent", known)
    assert repository.branches["main"] == theirs
    pushed(client, folder, repo, "--parent", theirs)
    assert repository.files["config.json"] == b'{"new": 1}\n' and "thanks.txt" in repository.files


def test_a_hub_without_xet_is_named_with_the_remedy(hub, folder, repo, tmp_path):
    environment = hub.client_environment(tmp_path / "home") | {"HF_HUB_DISABLE_XET": "0"}
    done = subprocess.run(
        [sys.executable, "-m", "ecgscribe", "push", str(folder), repo], env=environment, capture_output=True, text=True
    )
    assert done.returncode == 2 and "HF_HUB_DISABLE_XET=1" in done.stderr and "Traceback" not in done.stderr
