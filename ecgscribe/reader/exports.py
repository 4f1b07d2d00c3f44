"""What a reading leaves on disk besides text: WFDB record, CSV, FHIR Observation, overlay picture."""

from __future__ import annotations

import io
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from ecgscribe.core.errors import BadOption
from ecgscribe.core.report import Interpretation
from ecgscribe.reader.files_csv import write_csv
from ecgscribe.reader.files_fhir import write_fhir
from ecgscribe.reader.files_wfdb import LONGEST_NAME, record_name, write_wfdb, write_whole

PICTURES = (".png", ".jpg", ".jpeg")


@dataclass
class Exports:
    """Where to write: folders `wfdb`, `csv`, `fhir`; `overlay` a picture file, or a folder when `many` are read.

    Files are named after the picture's stem; a second picture of the same name gets "-2". Raises `BadOption` at birth
    when one overlay file is asked for many pictures.
    """

    wfdb: Path | None = None
    csv: Path | None = None
    fhir: Path | None = None
    overlay: Path | None = None
    many: bool = False
    _taken: set[str] = field(default_factory=set)

    def __post_init__(self):
        if self.overlay is None:
            return
        is_file = self.overlay.suffix.lower() in PICTURES
        if self.many and is_file:
            raise BadOption(f"One overlay {self.overlay} cannot hold several pages.", "Name a folder.")
        if not self.many and not is_file and not self.overlay.is_dir():
            raise BadOption(f"The overlay {self.overlay} is no picture file.", f"Use one of {', '.join(PICTURES)}.")

    @property
    def wanted(self) -> bool:
        return any(place is not None for place in (self.wfdb, self.csv, self.fhir, self.overlay))

    def write(self, interpretation: Interpretation, path: Path, page_number: int = 0) -> list[Path]:
        """Writes all that is asked for and can be had; returns the paths. Nothing where no trace was read.

        Raises `BadOption` when a place cannot be written to.
        """
        ecg = interpretation.ecg
        if not self.wanted or ecg is None or not np.isfinite(ecg.signal_mv).any():
            return []
        name = self._name(path.stem if page_number == 0 else f"{path.stem}-page{page_number + 1}")
        written = []
        if self.wfdb is not None:
            written.append(write_wfdb(ecg, self.wfdb, name))
        if self.csv is not None:
            written.append(write_csv(ecg, self.csv, name))
        if self.fhir is not None:
            written.append(write_fhir(ecg, self.fhir, name, interpretation.measurements))
        if self.overlay is not None:
            written.append(self._overlay(interpretation, path, page_number, name))
        return written

    def _name(self, stem: str) -> str:
        """A name that no picture of this run has had yet, capitals apart (some file systems do not tell them)."""
        name, count = record_name(stem), 1
        while name.casefold() in self._taken:
            count += 1
            name = record_name(stem, LONGEST_NAME - len(f"-{count}")) + f"-{count}"
        self._taken.add(name.casefold())
        return name

    def _overlay(self, interpretation: Interpretation, path: Path, page_number: int, name: str) -> Path:
        from PIL import Image

        from ecgscribe.core.picture import open_picture
        from ecgscribe.reader.draw import traces_on_picture

        target = self.overlay
        if target.suffix.lower() not in PICTURES:
            target = target / f"{name}.png"
        picture = open_picture(path, page_number=page_number)
        drawn = Image.fromarray(traces_on_picture(picture, interpretation.page, interpretation.traces_px))
        coded = io.BytesIO()
        drawn.save(coded, "PNG" if target.suffix.lower() == ".png" else "JPEG", quality=90)
        write_whole(target, coded.getvalue())
        return target
