"""The rows of a built folder or of a data set on the Hub: the only road by which they are loaded."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

from ecgscribe.core.errors import BadOption, Offline
from ecgscribe.data.row import ALL, CONFIGS, FOLDERS, PAGES, PHOTOS, SIGNALS, STYLES, Row, features, stored
from ecgscribe.data.split import SPLITS, assert_disjoint
from ecgscribe.text.statements import canonical, statements_of
from ecgscribe.text.structured import caption_from

__all__ = ["ALL", "MANIFEST", "Row", "caption_style_of", "features", "load_rows", "split_files"]

MANIFEST = "build.json"

ADDED = {"variant": 0, "preset": "", "severity": None, "layout": "", "style": "", "source": "", "record": ""}
ADDED |= {"age": None, "sex": ""}
"""Columns that older folders lack -> what they would have held."""
_READ = ("structured", "statements")
"""Columns that older folders lack and that follow from the caption."""


def load_rows(
    source: str | Path,
    split: str | None = None,
    revision: str | None = None,
    allow_shared_patients: bool = False,
    decode: bool = True,
    config: str = PAGES,
    caption_style: str | None = None,
):
    """The rows of a built folder or a Hub dataset: a `datasets.DatasetDict`, or the `Dataset` of one split.

    `config` pages, photos, signals, or all (pages and photos). With a `caption_style` ("" = the data set's own) the
    column `caption` holds the text of that style, and rows without one are left out. With `decode=False` the image
    column stays {bytes, path}. All splits are looked at, and a patient in two of them raises `BadOption` (unless
    allowed); so do a folder whose build is unfinished, foreign columns, an absent config or split. `Offline` when a
    Hub dataset cannot be reached.
    """
    import datasets

    _check_folder(Path(source))
    if config == ALL:
        parts = [
            load_rows(source, None, revision, allow_shared_patients, decode, part, caption_style)
            for part in (PAGES, PHOTOS)
        ]
        data = datasets.DatasetDict(
            {name: datasets.concatenate_datasets([part[name] for part in parts if name in part]) for name in parts[0]}
        )
        return data if split is None else _split(data, split, source)
    _check_config(Path(source), config)
    name = None if config == PAGES else config
    try:
        data = datasets.load_dataset(str(source), name, revision=revision, cache_dir=_cache_of(Path(source)))
    except (ConnectionError, datasets.exceptions.DatasetNotFoundError) as error:
        raise Offline(
            f"The dataset {source} is neither a folder here nor reachable on the Hub ({_first_line(error)}).",
            "Build it with `python -m ecgscribe build --out DIR`, or check the name and the connection.",
        ) from error
    except (FileNotFoundError, datasets.exceptions.DatasetGenerationError, ValueError) as error:
        raise BadOption(f"{source} holds no readable dataset ({_first_line(error)}).", "Build it again.") from error
    present = next(iter(data.values())).column_names
    wanted = features(config)
    absent = sorted(set(wanted) - set(present) - set(ADDED) - set(_READ))
    if absent:
        raise BadOption(f"The dataset {source} lacks the columns {', '.join(absent)}.", "Build it with ecgscribe.")
    if not allow_shared_patients:
        assert_disjoint((patient, name) for name, rows in data.items() for patient in set(rows["patient_id"]))
    data = _with_added(data, [name for name in (*ADDED, *_READ) if name in wanted and name not in present], wanted)
    if not decode and config != SIGNALS:
        data = data.cast_column("image", datasets.Image(decode=False))
    if caption_style is not None:
        data = _targeted(data, caption_style_of(source, caption_style))
    return data if split is None else _split(data, split, source)


def caption_style_of(source: str | Path, given: str = "") -> str:
    """The `given` style, else that with which the folder was built, else report. `BadOption` for an unknown one."""
    manifest = Path(source) / MANIFEST
    if not given and manifest.is_file():
        given = json.loads(manifest.read_text(encoding="utf-8"))["options"].get("caption_style", "")
    if given and given not in STYLES:
        raise BadOption(f"There is no caption style {given!r}.", f"Known: {', '.join(STYLES)}.")
    return given or "report"


def _targeted(data, style: str):
    """The same rows with the text of the style as `caption`; rows without one are left out."""
    column = STYLES[style]
    if column == "caption":
        return data
    for split, rows in data.items():
        kept = [k for k, text in enumerate(rows[column]) if text]
        rows = rows if len(kept) == len(rows) else rows.select(kept)
        texts = list(rows[column])
        rows = rows.remove_columns("caption").add_column("caption", texts, feature=features()["caption"])
        data[split] = rows
    return data


def _split(data, split: str, source: str | Path):
    if split not in data:
        raise BadOption(f"The dataset {source} has no split {split!r}.", f"It has {', '.join(data)}.")
    return data[split]


def _with_added(data, names: list[str], wanted):
    """The same `DatasetDict` with the columns that its folder is too old to have."""
    for name in names:
        for split, rows in data.items():
            values = _reread(name, rows["caption"]) if name in _READ else [ADDED[name]] * len(rows)
            data[split] = rows.add_column(name, values, feature=wanted[name])
    return data


def _reread(name: str, captions) -> list:
    """`structured` or `statements` of captions."""
    found = [canonical(statements_of(caption)) for caption in captions]
    if name == "structured":
        return [caption_from(statements) for statements in found]
    return [stored({}, (), statements)["statements"] for statements in found]


def _check_config(folder: Path, config: str) -> None:
    if config not in CONFIGS:
        raise BadOption(f"There is no config {config!r}.", f"Known: {', '.join((*CONFIGS, ALL))}.")
    if config != PAGES and folder.is_dir() and not split_files(folder, config):
        raise BadOption(f"{folder} has no {config}.", f"Build them with --{config}.")


def _cache_of(folder: Path) -> str | None:
    """A cache of its own for every state of a folder; None for a Hub dataset.

    The library's own key once gave the rows of another folder of the same name (seen with two processes).
    """
    import datasets

    if not folder.is_dir():
        return None
    mark = hashlib.sha256(str(folder.resolve()).encode())
    for config in CONFIGS:
        for paths in split_files(folder, config).values():
            for path in paths:
                state = path.stat()
                mark.update(f"{config} {path.name} {state.st_size} {state.st_mtime_ns}".encode())
    return str(Path(datasets.config.HF_DATASETS_CACHE) / f"ecgscribe-{mark.hexdigest()[:16]}")


def _check_folder(folder: Path) -> None:
    manifest = folder / MANIFEST
    if manifest.is_file() and not json.loads(manifest.read_text(encoding="utf-8")).get("complete"):
        raise BadOption(f"The build in {folder} is not finished.", "Run the same build command again; it goes on.")


def split_files(folder: Path, config: str = PAGES) -> dict[str, list[Path]]:
    """split -> its parquet files, in order, of a config of a built folder; splits without rows are absent."""
    found = {split: sorted((folder / FOLDERS[config]).glob(f"{split}-*.parquet")) for split in SPLITS}
    return {split: files for split, files in found.items() if files}


def _first_line(error: Exception) -> str:
    return (str(error).splitlines() or [type(error).__name__])[0][:200]
