"""The picture of a row: drawn from its record, or taken as it is from a folder of pictures."""

from __future__ import annotations

import io
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from PIL import Image

from ecgscribe.core.ecg import Ecg
from ecgscribe.core.errors import BadOption, BadRecord
from ecgscribe.core.standards import STANDARD_LAYOUT, STANDARD_SCALE
from ecgscribe.data.chance import Chance
from ecgscribe.data.engine import PHOTOGRAPHS, make_page
from ecgscribe.data.png import encode_jpeg, encode_png
from ecgscribe.data.ptbxl import PtbXlRow, read_row
from ecgscribe.data.render import render
from ecgscribe.data.simulated_source import simulated_again
from ecgscribe.data.split import share_of

FOLDER_NAMES = ("{:05d}_lr-0.png", "{:05d}_hr-0.png")
"""How the published Kaggle set names its pictures; the first that exists is taken."""

_STANDARD_STYLE, _CLEAN = "standard", "clean"


@dataclass(frozen=True)
class RowPicture:
    """`image` the file's bytes, PNG or JPEG; `px_per_mm` and `seed` of the drawing, None for a found picture; `note`
    printed on it; `preset`, `severity`, `layout` and `style` as in `Row`."""

    image: bytes
    px_per_mm: float | None
    seed: int | None
    note: str = ""
    preset: str = ""
    severity: float | None = None
    layout: str = ""
    style: str = ""


class Records(Protocol):
    """Where the signal of a row comes from; small, as every worker process gets a copy."""

    def ecg(self, row: PtbXlRow) -> tuple[Ecg, dict | None]:
        """The signal, and the simulator's truth where it is known. Raises `BadRecord`."""
        ...


@dataclass(frozen=True)
class Recorded:
    """Records of a PTB-XL folder."""

    folder: Path
    rate_hz: int

    def ecg(self, row: PtbXlRow) -> tuple[Ecg, dict | None]:
        """Raises `BadRecord` when the record cannot be used."""
        return read_row(self.folder, self.rate_hz, row), None


@dataclass(frozen=True)
class Invented:
    """Records of `simulated_rows` with this seed."""

    seed: int
    rate_hz: int

    def ecg(self, row: PtbXlRow) -> tuple[Ecg, dict | None]:
        """Made anew."""
        made = simulated_again(row, self.rate_hz, self.seed)
        return made.ecg, made.truth


@dataclass(frozen=True)
class Drawn:
    """Draws each record: the standard page, and as variants 1, 2 ... the same layout and scale in other styles, after
    other accidents.
    """

    records: Records
    px_per_mm: float
    seed: int

    def picture(self, row: PtbXlRow, variant: int = 0) -> RowPicture:
        """Raises `BadRecord` when the record cannot be used."""
        ecg, facts = self.records.ecg(row)
        name = f"picture {row.ecg_id}" if variant == 0 else f"picture {row.ecg_id} {variant}"
        seed = int(share_of(name, self.seed) * 2**31)
        if variant:
            return self._distorted(ecg, facts, seed)
        page, _ = render(ecg, px_per_mm=self.px_per_mm, seed=seed)
        image = encode_png(page.picture, self.px_per_mm)
        return RowPicture(image, self.px_per_mm, seed, ecg.note, _CLEAN, 0.0, STANDARD_LAYOUT.name, _STANDARD_STYLE)

    def _distorted(self, ecg: Ecg, facts: dict | None, seed: int) -> RowPicture:
        preset = Chance(seed, "photograph").chosen(PHOTOGRAPHS)
        made = make_page(
            ecg,
            seed,
            layout=STANDARD_LAYOUT.name,
            scale=STANDARD_SCALE,
            preset=preset,
            px_per_mm=self.px_per_mm,
            start_s=0.0,
            simultaneous=False,
            facts=facts,
        )
        told = made.choices
        return RowPicture(
            encode_jpeg(made.picture),
            self.px_per_mm,
            seed,
            ecg.note,
            told["preset"],
            told["severity"],
            told["layout"],
            told["style"],
        )


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

    def picture(self, row: PtbXlRow, variant: int = 0) -> RowPicture:
        """Raises `BadRecord` with code missing or picture (not a whole PNG), `BadOption` for a variant."""
        if variant:
            raise BadOption("Pictures that are taken as they are have no variants.")
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
