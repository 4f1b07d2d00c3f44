"""The row of the image-caption dataset: its schema, and the only road by which rows are loaded."""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict, dataclass
from pathlib import Path

from ecgscribe.core.errors import BadOption, Offline
from ecgscribe.data.split import SPLITS, assert_disjoint

MANIFEST = "build.json"
_JPEG = b"\xff\xd8"

ADDED = {"variant": 0, "preset": "", "severity": None, "layout": "", "style": ""}
"""Columns that older folders lack -> what they would have held."""


@dataclass(frozen=True)
class Row:
    """One picture with its caption and where both come from.

    `image` PNG or JPEG bytes; `caption` normal English; `report` as in the source; `language` de, en, sv or "";
    `scp_codes` code -> likelihood 0 to 100 (0 = unknown); `superclasses` sorted; `seed` and `px_per_mm` of the
    drawing, None for a picture that was found, not drawn. `variant` 0 is the page itself, 1 and more are distorted
    pages of the same record: `preset` and `severity` say how; `layout` and `style` of the page. Where these are not
    known (found pictures, folders built before they existed) they are "" and None.
    """

    image: bytes
    caption: str
    report: str
    language: str
    scp_codes: dict[str, float]
    superclasses: tuple[str, ...]
    ecg_id: int
    patient_id: str
    strat_fold: int
    seed: int | None
    px_per_mm: float | None
    variant: int = 0
    preset: str = ""
    severity: float | None = None
    layout: str = ""
    style: str = ""

    def to_dict(self) -> dict:
        """As parquet stores it: the image as {bytes, path}, the codes as a list of {code, likelihood}."""
        fields = asdict(self)
        ending = "jpg" if self.image.startswith(_JPEG) else "png"
        name = f"{self.ecg_id:05d}.{ending}" if not self.variant else f"{self.ecg_id:05d}-{self.variant}.{ending}"
        fields["image"] = {"bytes": self.image, "path": name}
        fields["scp_codes"] = [{"code": code, "likelihood": value} for code, value in self.scp_codes.items()]
        fields["superclasses"] = list(self.superclasses)
        return fields

    @classmethod
    def from_dict(cls, fields: dict) -> Row:
        """From `to_dict`, or from a row of `load_rows` whose image was not decoded."""
        codes = {entry["code"]: float(entry["likelihood"]) for entry in fields["scp_codes"]}
        return cls(
            **{
                **fields,
                "image": fields["image"]["bytes"],
                "scp_codes": codes,
                "superclasses": tuple(fields["superclasses"]),
            }
        )


def features():
    """The typed columns for the `datasets` library; their Arrow schema carries the types into the parquet files."""
    from datasets import Features, Image, List, Value

    return Features(
        {
            "image": Image(),
            "caption": Value("string"),
            "report": Value("string"),
            "language": Value("string"),
            "scp_codes": List({"code": Value("string"), "likelihood": Value("float32")}),
            "superclasses": List(Value("string")),
            "ecg_id": Value("int64"),
            "patient_id": Value("string"),
            "strat_fold": Value("int64"),
            "seed": Value("int64"),
            "px_per_mm": Value("float32"),
            "variant": Value("int64"),
            "preset": Value("string"),
            "severity": Value("float32"),
            "layout": Value("string"),
            "style": Value("string"),
        }
    )


def load_rows(
    source: str | Path,
    split: str | None = None,
    revision: str | None = None,
    allow_shared_patients: bool = False,
    decode: bool = True,
):
    """The rows of a built folder or a Hub dataset: a `datasets.DatasetDict`, or the `Dataset` of one split.

    With `decode=False` the image column stays {bytes, path}. All splits are looked at, and a patient in two of
    them raises `BadOption` (unless allowed); so do a folder whose build is unfinished, foreign columns and an
    absent split. `Offline` when a Hub dataset cannot be reached.
    """
    import datasets

    _check_folder(Path(source))
    try:
        data = datasets.load_dataset(str(source), revision=revision, cache_dir=_cache_of(Path(source)))
    except (ConnectionError, datasets.exceptions.DatasetNotFoundError) as error:
        raise Offline(
            f"The dataset {source} is neither a folder here nor reachable on the Hub ({_first_line(error)}).",
            "Build it with `python -m ecgscribe build --out DIR`, or check the name and the connection.",
        ) from error
    except (FileNotFoundError, datasets.exceptions.DatasetGenerationError, ValueError) as error:
        raise BadOption(f"{source} holds no readable dataset ({_first_line(error)}).", "Build it again.") from error
    present = next(iter(data.values())).column_names
    absent = sorted(set(features()) - set(present) - set(ADDED))
    if absent:
        raise BadOption(f"The dataset {source} lacks the columns {', '.join(absent)}.", "Build it with ecgscribe.")
    if not allow_shared_patients:
        assert_disjoint((patient, name) for name, rows in data.items() for patient in set(rows["patient_id"]))
    data = _with_added(data, [name for name in ADDED if name not in present])
    if not decode:
        data = data.cast_column("image", datasets.Image(decode=False))
    if split is None:
        return data
    if split not in data:
        raise BadOption(f"The dataset {source} has no split {split!r}.", f"It has {', '.join(data)}.")
    return data[split]


def _with_added(data, names: list[str]):
    """The same `DatasetDict` with the columns that its folder is too old to have."""
    for name in names:
        for split, rows in data.items():
            data[split] = rows.add_column(name, [ADDED[name]] * len(rows), feature=features()[name])
    return data


def _cache_of(folder: Path) -> str | None:
    """A cache of its own for every state of a folder; None for a Hub dataset.

    The library's own key once gave the rows of another folder of the same name (seen with two processes).
    """
    import datasets

    if not folder.is_dir():
        return None
    mark = hashlib.sha256(str(folder.resolve()).encode())
    for paths in split_files(folder).values():
        for path in paths:
            state = path.stat()
            mark.update(f"{path.name} {state.st_size} {state.st_mtime_ns}".encode())
    return str(Path(datasets.config.HF_DATASETS_CACHE) / f"ecgscribe-{mark.hexdigest()[:16]}")


def _check_folder(folder: Path) -> None:
    manifest = folder / MANIFEST
    if manifest.is_file() and not json.loads(manifest.read_text(encoding="utf-8")).get("complete"):
        raise BadOption(f"The build in {folder} is not finished.", "Run the same build command again; it goes on.")


def split_files(folder: Path) -> dict[str, list[Path]]:
    """split -> its parquet files, in order, of a built folder; splits without rows are absent."""
    found = {split: sorted((folder / "data").glob(f"{split}-*.parquet")) for split in SPLITS}
    return {split: files for split, files in found.items() if files}


def _first_line(error: Exception) -> str:
    return (str(error).splitlines() or [type(error).__name__])[0][:200]
