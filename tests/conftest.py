"""What all tests share: helper modules beside this file can be imported, and nothing reaches the Hub by accident."""

import atexit
import os
import shutil
import sys
import tempfile
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))
os.environ.setdefault("HF_HUB_OFFLINE", "1")
if "HF_HOME" not in os.environ:  # the user's own caches stay untouched
    os.environ["HF_HOME"] = tempfile.mkdtemp(prefix="ecgscribe-test-")
    atexit.register(shutil.rmtree, os.environ["HF_HOME"], ignore_errors=True)
os.environ.setdefault("HF_HUB_DISABLE_TELEMETRY", "1")


@pytest.fixture
def ptbxl(tmp_path):
    """A function that writes a small PTB-XL folder of invented records; see `ptbxl_folder.write_ptbxl`."""
    from ptbxl_folder import write_ptbxl

    return lambda name="ptb-xl", **options: write_ptbxl(tmp_path / name, **options)
