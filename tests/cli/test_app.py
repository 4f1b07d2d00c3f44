"""`app`: mistakes are said before the model is loaded."""

import socket
import subprocess
import sys
from pathlib import Path

import pytest

from ecgscribe.cli.main import main

ROOT = Path(__file__).parents[2]


def test_a_busy_port_is_one_sentence(capsys):
    with socket.socket() as busy:
        busy.bind(("127.0.0.1", 0))
        busy.listen()
        assert main(["app", "--port", str(busy.getsockname()[1])]) == 2
    err = capsys.readouterr().err
    assert "Cannot serve on 127.0.0.1:" in err and "--port" in err


@pytest.mark.parametrize("port", ["0", "70000"])
def test_a_port_that_does_not_exist(capsys, port):
    assert main(["app", "--port", port]) == 2
    assert f"Port {port}" in capsys.readouterr().err


def test_the_environment_names_host_and_port(monkeypatch, capsys):
    import ecgscribe.app.serve as module

    served = []
    monkeypatch.setattr(module, "serve", lambda *arguments: served.append(arguments))
    monkeypatch.setenv("GRADIO_SERVER_NAME", "0.0.0.0")
    monkeypatch.setenv("GRADIO_SERVER_PORT", "7999")
    assert main(["app"]) == 0
    assert main(["app", "--host", "127.0.0.1", "--port", "7000", "--model", "m", "--open"]) == 0
    monkeypatch.delenv("GRADIO_SERVER_NAME")
    monkeypatch.delenv("GRADIO_SERVER_PORT")
    assert main(["app"]) == 0
    assert served == [
        ("0.0.0.0", 7999, None, False),
        ("127.0.0.1", 7000, "m", True),
        ("127.0.0.1", 7860, None, False),
    ]
    monkeypatch.setenv("GRADIO_SERVER_PORT", "many")
    assert main(["app"]) == 2 and "many" in capsys.readouterr().err


def test_a_missing_model_is_one_sentence(monkeypatch, capsys, tmp_path):
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    assert main(["app", "--port", str(port), "--model", str(tmp_path)]) == 2
    err = capsys.readouterr().err
    assert err.startswith("ecgscribe app: ") and "Traceback" not in err


@pytest.mark.slow
def test_the_door_gives_a_demo_without_a_model_and_writes_nothing_into_the_source():
    """As a Space imports it: Gradio must not leave .pyi files beside our code."""
    assert len((ROOT / "app.py").read_text().splitlines()) <= 10
    code = "import app, sys; print(type(app.demo).__name__, 'torch' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, timeout=120)
    assert done.stdout.split() == ["Blocks", "False"], done.stderr
    assert list((ROOT / "ecgscribe").rglob("*.pyi")) == []
