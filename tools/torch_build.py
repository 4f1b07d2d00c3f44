"""Stops an installation that would pull the CUDA build of torch onto a machine without a GPU.

    python tools/torch_build.py PIP-ARGUMENTS...

asks pip what `pip install torch PIP-ARGUMENTS` would fetch and exits 1, with the remedy, when that includes
CUDA libraries and no NVIDIA driver is there. Exits 0 when torch is installed already.
"""

import importlib.util
import json
import shutil
import subprocess
import sys
from pathlib import Path


def planned(arguments: list[str]) -> list[str]:
    """Names of the packages that pip would install for torch."""
    command = [sys.executable, "-m", "pip", "install", "--dry-run", "--quiet", "--report", "-", "torch", *arguments]
    told = subprocess.run(command, capture_output=True, text=True)
    if told.returncode:
        sys.exit(
            f"pip cannot find torch: {told.stderr.strip().splitlines()[-1] if told.stderr.strip() else 'no reason'}"
        )
    return [item["metadata"]["name"] for item in json.loads(told.stdout)["install"]]


def has_gpu() -> bool:
    return Path("/proc/driver/nvidia/version").exists() or shutil.which("nvidia-smi") is not None


def main() -> int:
    if importlib.util.find_spec("torch") or has_gpu():
        return 0
    cuda = [name for name in planned(sys.argv[1:]) if name.startswith(("nvidia-", "cuda-", "triton"))]
    if not cuda:
        return 0
    print(
        f"This machine has no NVIDIA GPU, but pip would fetch the CUDA build of torch ({len(cuda)} CUDA packages, "
        "several GB). Get the CPU build: make TORCH_INDEX=ADDRESS ... with the package index that the PyTorch "
        "site's installation page names for 'CPU'; or say make TORCH_BUILD=any ... to take it all the same.",
        file=sys.stderr,
    )
    return 1


if __name__ == "__main__":
    sys.exit(main())
