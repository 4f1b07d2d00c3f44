"""The model folder of the digitiser: config.json, model.safetensors (float16), results.json, README.md."""

from __future__ import annotations

import hashlib
import json
import os
from pathlib import Path

from ecgscribe.core.errors import BadModel
from ecgscribe.hub.pull import local_folder

CONFIG_FILE, WEIGHTS_FILE = "config.json", "model.safetensors"
KIND = "ecgscribe-trace"


def load_network(folder_or_id: str | Path):
    """-> (network ready to read, revision: 12 hex digits of its weights). Raises `BadModel`, `Offline`."""
    from safetensors import SafetensorError
    from safetensors.torch import load_file

    from ecgscribe.digitize.net import TraceConfig, TraceNet, folded

    folder = local_folder(folder_or_id)
    for name in (CONFIG_FILE, WEIGHTS_FILE):
        if not (folder / name).is_file():
            raise BadModel(f"The model folder {str(folder)!r} has no {name}.", "Name a complete folder of ecg-trace.")
    try:
        fields = json.loads((folder / CONFIG_FILE).read_text(encoding="utf-8"))
        if fields.get("model_type") != KIND:
            raise BadModel(f"{str(folder)!r} is a {fields.get('model_type')!r} model, not {KIND!r}.")
        network = TraceNet(TraceConfig.from_dict(fields))
        network.load_state_dict({name: value.float() for name, value in load_file(folder / WEIGHTS_FILE).items()})
    except (OSError, ValueError, KeyError, TypeError, RuntimeError, SafetensorError) as error:
        raise BadModel(f"The model folder {str(folder)!r} does not load: {error}") from error
    digest = hashlib.sha256((folder / WEIGHTS_FILE).read_bytes()).hexdigest()[:12]
    return folded(network), digest


def save_network(network, folder: str | Path) -> Path:
    """Writes config.json and model.safetensors (float16; statistics of normalisation stay float32)."""
    import torch
    from safetensors.torch import save_file

    folder = Path(folder)
    folder.mkdir(parents=True, exist_ok=True)
    weights = {
        name: value.detach().cpu().contiguous().to(torch.float32 if "running" in name else torch.float16)
        for name, value in network.state_dict().items()
        if "num_batches" not in name
    }
    temporary = folder / (WEIGHTS_FILE + ".part")
    save_file(weights, temporary, metadata={"format": "pt"})
    temporary.chmod(0o644)  # safetensors leaves it to the owner alone
    os.replace(temporary, folder / WEIGHTS_FILE)
    fields = {"model_type": KIND, **network.config.to_dict()}
    temporary = folder / (CONFIG_FILE + ".part")
    temporary.write_text(json.dumps(fields, indent=2) + "\n", encoding="utf-8")
    os.replace(temporary, folder / CONFIG_FILE)
    return folder
