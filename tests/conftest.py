"""What all tests share: helper modules beside this file can be imported, and nothing reaches the Hub by accident."""

import os
import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))
os.environ.setdefault("HF_HUB_OFFLINE", "1")
os.environ.setdefault("HF_HUB_DISABLE_TELEMETRY", "1")


@pytest.fixture
def ptbxl(tmp_path):
    """A function that writes a small PTB-XL folder of invented records; see `ptbxl_folder.write_ptbxl`."""
    from ptbxl_folder import write_ptbxl

    return lambda name="ptb-xl", **options: write_ptbxl(tmp_path / name, **options)
