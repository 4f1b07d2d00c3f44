"""A running page with a fake model, in a folder of its own."""

import os
import socket
from dataclasses import dataclass
from pathlib import Path

import pytest
from fakes_reader import FakeCaptioner, full_reader


@dataclass
class Running:
    """The page under test: its address, the folder of uploads, the captioner that reads for it."""

    url: str
    folder: Path
    captioner: FakeCaptioner


@pytest.fixture(scope="session")
def page(tmp_path_factory) -> Running:
    """The page on a free port of this machine; temporary files of the whole process go to `folder` too."""
    import tempfile

    folder = tmp_path_factory.mktemp("served")
    before = os.environ.get("GRADIO_TEMP_DIR"), tempfile.tempdir
    os.environ["GRADIO_TEMP_DIR"], tempfile.tempdir = str(folder / "gradio"), str(folder)
    from ecgscribe.app.ui import build, launch_options

    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    reader = full_reader()
    demo = build(lambda: reader)
    _, url, _ = demo.launch(server_name="127.0.0.1", server_port=port, prevent_thread_lock=True, **launch_options())
    yield Running(url.rstrip("/"), folder, reader.captioner)
    demo.close()
    tempfile.tempdir = before[1]
    if before[0] is None:
        os.environ.pop("GRADIO_TEMP_DIR", None)
    else:
        os.environ["GRADIO_TEMP_DIR"] = before[0]


def kept(folder: Path, data: bytes) -> list[str]:
    """The files under `folder` that hold the first or last 200 bytes of an upload."""
    found = []
    for path in folder.rglob("*"):
        if path.is_file():
            content = path.read_bytes()
            if data[:200] in content or data[-200:] in content:
                found.append(str(path))
    return found


@pytest.fixture(scope="session")
def kept_in():
    return kept


@pytest.fixture(scope="session")
def pictures(tmp_path_factory) -> dict[str, Path]:
    """Files to upload: a simulated page, a grey picture, a text file called .png."""
    import numpy as np
    from fakes_reader import ecg_page, save

    folder = tmp_path_factory.mktemp("pictures")
    rng = np.random.default_rng(5)
    page = ecg_page(px_per_mm=5.0)[0].picture.astype(int)
    # noise makes the bytes of the file its own, so that they can be looked for
    noisy = np.clip(page + rng.integers(-3, 4, page.shape), 0, 255).astype(np.uint8)
    text = folder / "text.png"
    text.write_text("this is no picture " * 40)
    return {
        "page": save(noisy, folder / "page.png"),
        "grey": save(rng.integers(90, 140, (300, 400, 3), dtype=np.uint8), folder / "grey.png"),
        "text": text,
    }
