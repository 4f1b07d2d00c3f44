"""Pulls over real HTTP: pinned commits, broken connections, digests, and what transformers and datasets load."""

import hashlib

import pytest
from loopback_hub import Fault, Repository

from ecgscribe.core.errors import BadModel, BadOption
from ecgscribe.hub import kind_of, local_folder, pinned, pull_into, push_folder


@pytest.fixture
def history(hub, repo):
    """A repository with two commits, a tag on the first and a branch beside main; (Repository, first, second)."""
    repository = hub.repositories["model", repo] = Repository()
    weights = [bytes([k]) * 3_000_000 + repo.encode() for k in (1, 2)]
    first = repository.add("main", {"README.md": b"one", "model.safetensors": weights[0], "gone.txt": b"x"}, b"1")
    second = repository.add("main", {"README.md": b"two", "model.safetensors": weights[1]}, b"2")
    repository.tags["v1"] = first
    repository.branches["trial"] = first
    return repository, first, second


def contents(folder):
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


@pytest.mark.slow
def test_a_pull_is_one_commit_whatever_names_it(client, history, repo, tmp_path):
    repository, first, second = history
    for k, (revision, sha) in enumerate(
        [("v1", first), ("trial", first), (first, first), (second, second), ("", second)]
    ):
        out = tmp_path / f"out{k}"
        done = client.run(
            "pull",
            f"{repo}@{revision}" if k % 2 else repo,
            *(["--revision", revision] if revision and k % 2 == 0 else []),
            "-o",
            out,
        )
        assert done.code == 0, done.err
        assert done.out == f"{out} is {repo} at {sha}\n"
        assert contents(out) == repository.history[sha].files
    assert {path.name for path in tmp_path.iterdir()} >= {"out0"} and not list(tmp_path.glob("*.part"))


@pytest.mark.slow
@pytest.mark.parametrize("how", ["drop", 503, 429])
def test_a_pull_survives_passing_faults(hub, client, history, repo, tmp_path, how):
    hub.faults = [Fault("GET .*/model.safetensors", how, times=2), Fault("GET .*/revision/", how)]
    done = client.run("pull", repo, "-o", tmp_path / "out")
    assert done.code == 0, done.err
    assert contents(tmp_path / "out") == history[0].files


@pytest.mark.slow
def test_a_large_file_that_breaks_off_goes_on_in_the_middle(hub, client, repo, tmp_path):
    repository = hub.repositories["model", repo] = Repository()
    repository.add("main", {"model.safetensors": bytes(range(256)) * 100_000}, b"1")
    hub.faults = [Fault("GET .*/model.safetensors", "cut")]
    assert client.run("pull", repo, "-o", tmp_path / "out").code == 0
    assert contents(tmp_path / "out") == repository.files
    again = [line for line in hub.requests if "model.safetensors from " in line]
    assert again and int(again[0].rpartition(" ")[2]) >= 10_000_000, "the library keeps it by pieces of 10 MB"


@pytest.mark.slow
def test_a_pull_that_failed_leaves_no_folder_and_goes_on(hub, client, history, repo, tmp_path):
    hub.faults = [Fault("GET .*/model.safetensors", 503, times=99)]
    done = client.run("pull", repo, "-o", tmp_path / "out")
    assert done.code == 2 and "Pull again: what has come is kept." in done.err and "Traceback" not in done.err
    assert not (tmp_path / "out").exists()
    hub.forget()
    assert client.run("pull", repo, "-o", tmp_path / "out").code == 0
    assert contents(tmp_path / "out") == history[0].files and not list(tmp_path.glob("*.part"))
    assert not [line for line in hub.requests if line.startswith("GET") and line.endswith("README.md")]


@pytest.mark.slow
def test_a_file_that_comes_changed_is_noticed(hub, client, history, repo, tmp_path):
    """Same length, other bytes: the size alone would not tell."""
    repository, _, second = history
    whole = repository.history[second].files["model.safetensors"]

    files = repository.history[second].files
    good = hashlib.sha256(whole).hexdigest()
    import loopback_protocol

    real = loopback_protocol.Handler.download

    def download(self, kind, name, revision, path):
        files["model.safetensors"] = b"?" + whole[1:] if self.command == "GET" else whole
        try:
            real(self, kind, name, revision, path)
        finally:
            files["model.safetensors"] = whole

    loopback_protocol.Handler.download = download
    try:
        done = client.run("pull", repo, "-o", tmp_path / "out")
    finally:
        loopback_protocol.Handler.download = real
    assert done.code == 2 and "model.safetensors did not come as the Hub lists it" in done.err
    assert not (tmp_path / "out").exists()
    assert client.run("pull", repo, "-o", tmp_path / "out").code == 0
    assert hashlib.sha256((tmp_path / "out" / "model.safetensors").read_bytes()).hexdigest() == good


@pytest.mark.slow
def test_a_branch_gets_the_commit_and_main_stays(hub, client, folder, repo):
    assert client.run("push", folder, repo).code == 0
    repository = hub.repositories["model", repo]
    main = repository.branches["main"]
    (folder / "config.json").write_text('{"trial": 1}\n')
    done = client.run("push", folder, repo, "--revision", "trial")
    assert done.code == 0, done.err
    assert repository.branches["main"] == main
    assert repository.at("trial").files["config.json"] == b'{"trial": 1}\n'


LOAD_MODEL = """
from ecgscribe.captioner.blip import Captioner
from transformers import BlipForConditionalGeneration
for name in argv[1:]:
    print(Captioner.from_pretrained(name, device="cpu").revision)
    bare, _, revision = name.partition("@")
    print(len(BlipForConditionalGeneration.from_pretrained(bare, revision=revision).state_dict()))
"""
LOAD_ROWS = """
import datasets
repo, first, second = argv
from ecgscribe.data.rows import load_rows
for revision in (first, second, None):
    print(len(datasets.load_dataset(repo, split="train", revision=revision)), len(load_rows(repo, "train", revision)))
print(len(list(datasets.load_dataset(repo, split="train", revision=first, streaming=True))))
"""


@pytest.mark.slow
def test_models_load_at_the_commit_that_is_named(hub, client, repo, tmp_path):
    from pathlib import Path

    embedded = Path(__file__).parents[2] / "models" / "ecg-blip-small"
    files = contents(embedded)
    repository = hub.repositories["model", repo] = Repository()
    good = repository.add("main", files, b"good")
    repository.add("main", files | {"model.safetensors": b"broken"}, b"bad")
    repository.tags["v1"] = good
    done = client.python(LOAD_MODEL, "", f"{repo}@{good}", f"{repo}@v1")
    assert done.code == 0, done.err
    shown = done.out.split()
    assert shown[0] == shown[2] == good[:12] and shown[1] == shown[3] and int(shown[1]) > 50
    broken = client.python(LOAD_MODEL, "", repo)
    assert broken.code == 1 and "BadModel" in broken.err


@pytest.mark.slow
def test_rows_load_at_the_commit_that_is_named(hub, client, repo, ptbxl, tmp_path):
    from ecgscribe.data.build import BuildOptions, build

    shas = []
    for k, rows in enumerate((30, 20)):
        build(BuildOptions(ptbxl(f"records{k}", rows=rows), tmp_path / f"out{k}", px_per_mm=2.0))
        done = client.run("push", tmp_path / f"out{k}", repo)
        assert done.code == 0, done.err
        shas.append(hub.repositories["dataset", repo].branches["main"])
    done = client.python(LOAD_ROWS, repo, *shas)
    assert done.code == 0, done.err
    counts = [int(word) for word in done.out.split()]
    assert counts[0] == counts[1] == counts[6] > counts[2] == counts[3] == counts[4] == counts[5] > 0


def test_names_with_a_revision():
    assert pinned("me/thing") == ("me/thing", None)
    assert pinned("me/thing@v1") == ("me/thing", "v1") == pinned("me/thing", "v1") == pinned("me/thing@v1", "v1")
    for name, revision in [("me/thing@v1", "v2"), ("me/thing@", None), ("me/thing@a b", None), ("me/thing", "../x")]:
        with pytest.raises(BadOption):
            pinned(name, revision)


@pytest.mark.parametrize(
    "name", ["/nowhere/model", "./nothing", "no-such-model", "a/b/c", "bad name/!!", "me/x@", "me/--"]
)
def test_what_is_no_model_is_refused_without_asking(name):
    with pytest.raises(BadModel):
        local_folder(name)


def test_folders_tell_what_they_are(tmp_path):
    with pytest.raises(BadOption, match="does not tell what it is"):
        kind_of(tmp_path)
    (tmp_path / "config.json").write_text("{}")
    assert kind_of(tmp_path) == "model"
    (tmp_path / "build.json").write_text('{"complete": false}')
    assert kind_of(tmp_path) == "dataset"
    (tmp_path / "README.md").write_text("---\ntitle: x\nsdk: gradio\n---\n")
    assert kind_of(tmp_path) == "space"
    with pytest.raises(BadOption, match="has no app.py"):
        push_folder(tmp_path, "me/thing", "space")
    with pytest.raises(BadOption, match="not finished"):
        push_folder(tmp_path, "me/thing", "dataset")
    with pytest.raises(BadOption, match="is no folder"):
        push_folder(tmp_path / "absent", "me/thing")


def test_a_full_folder_is_not_pulled_into(tmp_path):
    (tmp_path / "mine.txt").write_text("mine")
    with pytest.raises(BadOption, match="is not empty"):
        pull_into("me/thing", tmp_path)
