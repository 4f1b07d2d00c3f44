"""Where a measurement keeps its figures: a JSON file."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any


def kept(path: Path | None) -> dict[str, Any]:
    """What an earlier run kept at `path`, if any."""
    return json.loads(path.read_text(encoding="utf-8")) if path and path.exists() else {}


def keep(path: Path | None, figures: Any) -> None:
    """Writes the figures to `path`, where one is given."""
    if path:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(json.dumps(figures, indent=1) + "\n", encoding="utf-8")
