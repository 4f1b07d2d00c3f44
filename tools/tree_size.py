"""Fails when the tracked tree, or a part of it, outgrows its limit (MB of 2^20 bytes)."""

import subprocess
import sys
from pathlib import Path

LIMITS_MB = {".": 40, "models/ecg-blip-small": 20, "models/ecg-trace": 6, "models/ecg-findings": 8, "sample": 5}


def tracked_bytes(folder: str) -> int:
    names = subprocess.run(["git", "ls-files", "-z", folder], capture_output=True, check=True).stdout.split(b"\0")
    return sum(Path(name.decode()).stat().st_size for name in names if name and Path(name.decode()).exists())


def main() -> int:
    failed = False
    for folder, limit in LIMITS_MB.items():
        size = tracked_bytes(folder) / 2**20
        print(f"{folder}: {size:.1f} of {limit} MB")
        failed |= size > limit
    return int(failed)


if __name__ == "__main__":
    sys.exit(main())
