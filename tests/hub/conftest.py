"""One loopback Hub and one client process for each file of tests; every test uses a repository of its own."""

import itertools

import pytest
from loopback_client import Client
from loopback_hub import LFS_LIMIT_BYTES, LoopbackHub

_numbers = itertools.count()


@pytest.fixture(scope="module")
def _served(tmp_path_factory):
    home = tmp_path_factory.mktemp("hub")
    with LoopbackHub() as hub, Client(hub, home / "home") as client:
        yield hub, client


@pytest.fixture
def hub(_served):
    """The Hub, its notes empty and itself sound."""
    _served[0].forget()
    return _served[0]


@pytest.fixture
def client(_served):
    return _served[1]


@pytest.fixture
def repo():
    """A name that no other test uses."""
    return f"me/thing-{next(_numbers)}"


@pytest.fixture
def folder(tmp_path):
    """A model folder with weights, notes, a text over the limit of plain files, and things that stay at home."""
    root = tmp_path / "folder"
    for name in ("sub", "checkpoint-5", ".cache"):
        (root / name).mkdir(parents=True)
    unlike = str(root).encode()  # contents of this test alone: the Hub stores equal contents once
    for name, data in {
        "README.md": b"---\nlicense: apache-2.0\n---\n# A model\n",
        "config.json": b"{}\n",
        "model.safetensors": bytes(range(256)) * 4000 + unlike,
        "sub/other.safetensors": bytes(range(255, -1, -1)) * 1000 + unlike,
        "rows.csv": b"1,2,3\n" * (LFS_LIMIT_BYTES // 6 + 1) + unlike,
        "checkpoint-5/model.safetensors": b"left at home",
        ".cache/half": b"left at home",
        ".env": b"SECRET=left at home",
        "half.parquet.part": b"left at home",
    }.items():
        (root / name).write_bytes(data)
    return root


SENT = {"README.md", "config.json", "model.safetensors", "sub/other.safetensors", "rows.csv"}


@pytest.fixture
def bytes_of():
    """The files of a folder that belong on the Hub, name -> bytes."""
    return lambda folder: {name: (folder / name).read_bytes() for name in SENT}
