"""Pushing and pulling over real HTTP against a Hub on loopback, each client in its own process."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from loopback_hub import TOKEN, LoopbackHub

from ecgscribe import hub
from ecgscribe.core.errors import BadOption
from ecgscribe.data.build import BuildOptions, build

PUSH = """
import sys
from ecgscribe.core.errors import EcgscribeError
from ecgscribe.hub import push_folder
folder, repo, kind = sys.argv[1:4]
try:
    print(push_folder(folder, repo, kind, private=len(sys.argv) > 4, retry="make push"))
except EcgscribeError as error:
    print(type(error).__name__, error)
"""
PULL = """
import sys
from ecgscribe.core.errors import EcgscribeError
from ecgscribe.hub import pull
try:
    print(pull(*sys.argv[1:]))
except EcgscribeError as error:
    print(type(error).__name__, error)
"""
KEPT = ("README.md", "app.py", "model.safetensors", "sub/note.txt")
LOAD = """
import sys
from ecgscribe.data.rows import load_rows
import datasets
plain = datasets.load_dataset(sys.argv[1])
data = load_rows(sys.argv[1])
print({split: len(rows) for split, rows in data.items()}, data["train"][0]["image"].size, plain["train"].features)
"""


@pytest.fixture
def folder(tmp_path):
    """A folder as a training leaves it, with things that must stay at home."""
    root = tmp_path / "folder"
    (root / "sub").mkdir(parents=True)
    (root / "checkpoint-5").mkdir()
    for name, data in {
        "README.md": b"---\nlicense: apache-2.0\n---\n# A model\n",
        "model.safetensors": bytes(range(256)) * 40,
        "sub/note.txt": b"small\n",
        "app.py": b"print('a Space')\n",
        "checkpoint-5/model.safetensors": b"left at home",
        "half.parquet.part": b"left at home",
    }.items():
        (root / name).write_bytes(data)
    return root


def one_line(done):
    assert done.returncode == 0, done.stderr
    assert TOKEN not in done.stdout + done.stderr and "Traceback" not in done.stderr
    return done.stdout.strip()


@pytest.mark.slow
@pytest.mark.parametrize("kind", ["model", "dataset", "space"])
def test_a_folder_goes_up_and_comes_back(folder, tmp_path, kind):
    with LoopbackHub() as server:
        address = one_line(server.client(tmp_path / "a", PUSH, str(folder), "me/thing", kind, "private"))
        repository = server.repositories[kind, "me/thing"]
        assert address.endswith(repository.commits[-1]) and repository.private
        assert set(repository.files) - {".gitattributes"} == {*KEPT}
        back = one_line(server.client(tmp_path / "b", PULL, "me/thing", kind))
        for name in KEPT:
            assert (tmp_path / "b" / back / name).read_bytes() == (folder / name).read_bytes()
        pinned = one_line(server.client(tmp_path / "c", PULL, "me/thing", kind, repository.commits[-1]))
        assert pinned.endswith(repository.commits[-1])


@pytest.mark.slow
def test_equal_files_are_not_sent_again(folder, tmp_path):
    with LoopbackHub() as server:
        one_line(server.client(tmp_path / "a", PUSH, str(folder), "me/thing", "model"))
        first = len(server.requests)
        one_line(server.client(tmp_path / "a", PUSH, str(folder), "me/thing", "model"))
        assert not [line for line in server.requests[first:] if "/store/" in line]


@pytest.mark.slow
def test_refusals_and_breakdowns_are_one_sentence_without_the_token(folder, tmp_path):
    before = {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()}
    with LoopbackHub() as server:
        server.closed = True
        refused = one_line(server.client(tmp_path / "a", PUSH, str(folder), "me/thing", "model"))
        assert refused.startswith("BadOption Pushing to me/thing failed") and "run `make push` again" in refused
        server.closed = False
        unknown = one_line(server.client(tmp_path / "a", PULL, "me/nothing", "model"))
        assert unknown.startswith("BadOption Fetching me/nothing failed")
        revision = one_line(server.client(tmp_path / "a", PULL, "me/nothing", "model", "v9"))
        assert revision.startswith("BadOption")
    assert {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()} == before


@pytest.mark.slow
def test_without_a_hub_both_ways_end_in_one_sentence(folder, tmp_path):
    with LoopbackHub() as server:
        pass  # nothing listens at its address any more
    # side by side, because the client itself waits and tries again for half a minute
    with ThreadPoolExecutor(2) as both:
        push = both.submit(server.client, tmp_path / "a", PUSH, str(folder), "me/thing", "model")
        pull = both.submit(server.client, tmp_path / "b", PULL, "me/thing", "model")
    sent, fetched = one_line(push.result()), one_line(pull.result())
    assert sent.startswith("Offline Pushing to me/thing failed") and str(folder) in sent
    assert fetched.startswith("Offline Fetching me/thing failed")


@pytest.mark.slow
def test_a_pulled_folder_is_there_without_the_hub(folder, tmp_path):
    with LoopbackHub() as server:
        one_line(server.client(tmp_path / "a", PUSH, str(folder), "me/thing", "model"))
        first = one_line(server.client(tmp_path / "a", PULL, "me/thing", "model"))
    assert one_line(server.client(tmp_path / "a", PULL, "me/thing", "model")) == first


@pytest.mark.slow
def test_a_pushed_dataset_is_loaded_from_the_hub(ptbxl, tmp_path):
    out = tmp_path / "out"
    result = build(BuildOptions(ptbxl(rows=30), out, px_per_mm=2.0))
    with LoopbackHub() as server:
        one_line(server.client(tmp_path / "a", PUSH, str(out), "me/pages", "dataset"))
        files = server.repositories["dataset", "me/pages"].files
        assert files["README.md"] == (out / "README.md").read_bytes()
        shown = one_line(server.client(tmp_path / "b", LOAD, "me/pages"))
        assert shown.startswith(f"{result.rows} (594, 420)") and "'image': Image(" in shown
        assert "'px_per_mm': Value('float32')" in shown


def test_mistakes_are_found_before_any_request(folder):
    with pytest.raises(BadOption, match="owner/name"):
        hub.push_folder(folder, "name")
    with pytest.raises(BadOption, match="model, dataset, space"):
        hub.pull("me/thing", "notebook")
    (folder / "README.md").unlink()
    with pytest.raises(BadOption, match=r"no README\.md"):
        hub.push_folder(folder, "me/thing")
