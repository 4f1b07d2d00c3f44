"""The picture of a row: drawn from its record, or taken as it is from a folder of pictures."""

from __future__ import annotations

import io
from dataclasses import dataclass
from pathlib import Path

from PIL import Image

from ecgscribe.core.errors import BadOption, BadRecord
from ecgscribe.data.ptbxl import PtbXlRow, read_row
from ecgscribe.data.render import render
from ecgscribe.data.split import share_of

FOLDER_NAMES = ("{:05d}_lr-0.png", "{:05d}_hr-0.png")
"""How the published Kaggle set names its pictures; the first that exists is taken."""


@dataclass(frozen=True)
class RowPicture:
    """`png` the file's bytes; `px_per_mm` and `seed` of the drawing, None for a found picture; `note` printed on it."""

    png: bytes
    px_per_mm: float | None
    seed: int | None
    note: str = ""


@dataclass(frozen=True)
class Drawn:
    """Draws the standard page of each record below the PTB-XL `folder`."""

    folder: Path
    rate_hz: int
    px_per_mm: float
    seed: int

    def picture(self, row: PtbXlRow) -> RowPicture:
        """Raises `BadRecord` when the record cannot be used."""
        ecg = read_row(self.folder, self.rate_hz, row)
        seed = int(share_of(f"picture {row.ecg_id}", self.seed) * 2**31)
        page, truth = render(ecg, px_per_mm=self.px_per_mm, seed=seed)
        stream = io.BytesIO()
        Image.fromarray(page.picture).save(stream, "PNG")
        return RowPicture(stream.getvalue(), self.px_per_mm, truth.seed, ecg.note)


@dataclass(frozen=True)
class Found:
    """Takes NNNNN_lr-0.png or NNNNN_hr-0.png (NNNNN the ecg_id) from `folder`, bytes unchanged."""

    folder: Path

    def __post_init__(self):
        if not self.folder.is_dir():
            raise BadOption(f"There is no folder of pictures at {self.folder}.")

    def path(self, row: PtbXlRow) -> Path | None:
        """The row's picture, or None when the folder has none."""
        paths = (self.folder / name.format(row.ecg_id) for name in FOLDER_NAMES)
        return next((path for path in paths if path.is_file()), None)

    def picture(self, row: PtbXlRow) -> RowPicture:
        """Raises `BadRecord` with code missing or picture (not a whole PNG)."""
        path = self.path(row)
        if path is None:
            raise BadRecord("missing", f"{self.folder} has no {FOLDER_NAMES[0].format(row.ecg_id)}.")
        data = path.read_bytes()
        try:
            with Image.open(io.BytesIO(data), formats=("PNG",)) as image:
                image.verify()  # every chunk's checksum, to the end of the file
            with Image.open(io.BytesIO(data)) as image:
                image.load()
        except Exception as error:  # Pillow's decoders fail in many ways on broken files
            raise BadRecord("picture", f"{path.name} is no whole PNG picture ({error}).") from error
        return RowPicture(data, None, None)
