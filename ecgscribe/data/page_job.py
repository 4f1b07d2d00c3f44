"""One page to draw from one record, as a job for any process, and what became of it."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from pathlib import Path

import ecgscribe
from ecgscribe.core.errors import BadRecord
from ecgscribe.core.standards import Scale
from ecgscribe.data.engine import make_page
from ecgscribe.data.png import encode_jpeg, encode_png
from ecgscribe.data.records import read_record
from ecgscribe.data.split import share_of
from ecgscribe.data.truth_files import facts_of, page_is_there, write_page


@dataclass(frozen=True)
class Wishes:
    """What all pages of a batch share; None is drawn for each page."""

    style: str | None = None
    layout: str | None = None
    scale: Scale | None = None
    preset: str | None = "clean"
    severity: float | None = None
    px_per_mm: float | None = None


@dataclass(frozen=True)
class PageJob:
    """`record` a WFDB path without suffix; `name` of the picture, without ending; `variant` of the record, from 0."""

    record: Path
    name: str
    out: Path
    seed: int
    variant: int
    wishes: Wishes
    jpeg: bool = False

    @property
    def page_seed(self) -> int:
        """The seed of this one page: the same whatever else is in the batch."""
        return int(share_of(f"page {self.name} {self.variant}", self.seed) * 2**31)

    @property
    def path(self) -> Path:
        """Where the picture goes; its truth stands beside it."""
        return self.out / f"{self.name}.{'jpg' if self.jpeg else 'png'}"

    @property
    def request(self) -> dict:
        """What decides about the bytes, beside the record itself."""
        state = self.record.with_name(f"{self.record.name}.hea").stat()
        return {
            "version": ecgscribe.__version__,
            "record": self.record.name,
            "changed_ns": state.st_mtime_ns,
            "seed": self.seed,
            "variant": self.variant,
            "wishes": asdict(self.wishes),
            "jpeg": self.jpeg,
        }


@dataclass(frozen=True)
class PageDone:
    """`made` False when the page was there already; `trouble` says why there is none, "" when there is one; `notes`
    leads that could not be drawn -> why."""

    job: PageJob
    made: bool = False
    trouble: str = ""
    notes: tuple[tuple[str, str], ...] = ()


def draw_page(job: PageJob) -> PageDone:
    """Draws one page and writes it with its truth; a bad record is told, not raised."""
    try:
        ecg = read_record(job.record)
    except BadRecord as error:
        return PageDone(job, trouble=str(error))
    request = job.request
    if page_is_there(job.path, request):
        return PageDone(job)
    made = make_page(ecg, job.page_seed, facts=facts_of(job.record), **vars(job.wishes))
    scale = made.choices["px_per_mm"] if made.choices["preset"] == "clean" else None
    image = encode_jpeg(made.picture) if job.jpeg else encode_png(made.picture, scale)
    write_page(job.path, image, made.truth, made.choices, job.record.name, request)
    return PageDone(job, True, notes=tuple(made.truth.absent.items()))
