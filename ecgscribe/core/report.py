"""What the reader says: statements, measurements, problems, and the interpretation that holds them."""

from __future__ import annotations

import math
from dataclasses import asdict, dataclass, field

import numpy as np

from ecgscribe.core.ecg import Ecg
from ecgscribe.core.errors import BadOption
from ecgscribe.core.page import Page

SCHEMA = "ecgscribe.interpretation/1"
POLARITIES = ("present", "absent")
CERTAINTIES = ("certain", "probable", "possible", "cannot be excluded")
"""From the firmest to the weakest."""
AGES = ("", "acute", "recent", "old", "undetermined")


@dataclass(frozen=True)
class Statement:
    """One coded finding of an ECG.

    `code` an SCP-ECG code as in PTB-XL's scp_statements.csv, a value of its column heart_axis, or one of ours
    (text/statement_codes.tsv); `polarity`, `certainty`, `age` of `POLARITIES`, `CERTAINTIES`, `AGES`; `territory` the
    walls ("inferior") and leads ("aVF", "V3") it was said of; `text` the words it was read from, which do not count
    when statements are compared. Raises `BadOption` for other values.
    """

    code: str
    polarity: str = "present"
    certainty: str = "certain"
    territory: tuple[str, ...] = ()
    age: str = ""
    text: str = field(default="", compare=False)

    def __post_init__(self):
        for name, known in (("polarity", POLARITIES), ("certainty", CERTAINTIES), ("age", AGES)):
            if getattr(self, name) not in known:
                raise BadOption(f"Statement with the {name} {getattr(self, name)!r}.", f"Use one of {known}.")
        if not self.code:
            raise BadOption("Statement without a code.", "Give the code of the finding, such as 'IMI'.")
        object.__setattr__(self, "territory", tuple(self.territory))

    @property
    def present(self) -> bool:
        return self.polarity == "present"

    def to_dict(self) -> dict:
        return asdict(self) | {"territory": list(self.territory)}

    @classmethod
    def from_dict(cls, fields: dict) -> Statement:
        return cls(**fields)


@dataclass(frozen=True)
class Measurement:
    """One measured value.

    `name` as in `measure.names` (rate, pr, qrs, qt, qtc_bazett, axis, st ...); `value` in `unit` (bpm, ms, mV, deg),
    NaN with a `reason` where it cannot be had; `method` how it was got; `lead` the lead it belongs to, "" for all;
    `beats` how many beats it rests on; `spread` their standard deviation in `unit`, NaN when not known.
    Raises `BadOption` for a NaN without its reason.
    """

    name: str
    value: float
    unit: str
    method: str = ""
    reason: str = ""
    lead: str = ""
    beats: int = 0
    spread: float = math.nan

    def __post_init__(self):
        if math.isnan(self.value) and not self.reason:
            raise BadOption(f"Measurement {self.name} has no value and no reason.", "Say why it cannot be had.")

    @property
    def known(self) -> bool:
        return not math.isnan(self.value)

    def to_dict(self) -> dict:
        """NaN becomes None."""
        fields = asdict(self)
        return {name: None if isinstance(v, float) and math.isnan(v) else v for name, v in fields.items()}

    @classmethod
    def from_dict(cls, fields: dict) -> Measurement:
        numbers = {name: math.nan if fields.get(name) is None else fields[name] for name in ("value", "spread")}
        return cls(**{**fields, **numbers})


@dataclass(frozen=True)
class LeadQuality:
    """How well one lead was read from a page.

    `coverage` 0 to 1: the share of its printed time with a value; `confidence` 0 to 1: the digitiser's own;
    `noise_mv` the standard deviation it expects of its error, NaN when not known; `repaired` whether Einthoven's or
    Goldberger's identity was used on it; `reason` why nothing (or little) was read.
    """

    lead: str
    coverage: float
    confidence: float
    noise_mv: float = math.nan
    repaired: bool = False
    reason: str = ""

    def to_dict(self) -> dict:
        """NaN becomes None."""
        return {**asdict(self), "noise_mv": None if math.isnan(self.noise_mv) else self.noise_mv}

    @classmethod
    def from_dict(cls, fields: dict) -> LeadQuality:
        noise = fields.get("noise_mv")
        return cls(**{**fields, "noise_mv": math.nan if noise is None else noise})


VERDICTS = ("present", "absent", "uncertain")


@dataclass(frozen=True)
class Finding:
    """One statement that a classifier assessed.

    `code` (SCP statement, superclass, or label of the Challenge 2024) and `name` in words; `task` one of normal,
    superclass, challenge, statement; calibrated `probability` 0 to 1; `threshold` from which it is called present;
    `verdict` of `VERDICTS`; `support` training records with it; `view` picture, signal or both; `evidence`: boxes
    (x0, y0, x1, y1) in page pixels of what moved it, the strongest first.
    """

    code: str
    name: str
    task: str
    probability: float
    threshold: float
    verdict: str
    support: int = 0
    view: str = "picture"
    evidence: tuple[tuple[float, float, float, float], ...] = ()

    def __post_init__(self):
        if self.verdict not in VERDICTS:
            raise BadOption(f"Finding {self.code} has the verdict {self.verdict!r}.", f"Use one of {VERDICTS}.")
        if not 0 <= self.probability <= 1:
            raise BadOption(f"Finding {self.code} has the probability {self.probability}; 0 to 1 is needed.")
        object.__setattr__(self, "evidence", tuple(tuple(float(v) for v in box) for box in self.evidence))

    @property
    def present(self) -> bool:
        return self.verdict == "present"

    def to_dict(self) -> dict:
        return {**asdict(self), "evidence": [list(box) for box in self.evidence]}

    @classmethod
    def from_dict(cls, fields: dict) -> Finding:
        return cls(**{**fields, "evidence": tuple(tuple(box) for box in fields.get("evidence", ()))})


@dataclass(frozen=True)
class Problem:
    """Something that could not be read or had to be assumed.

    `step` the step that says so (picture, page, layout, caption ...); `code` a stable short word;
    `message` one sentence for people; `hint` the remedy; `fatal` when nothing after it could run.
    """

    step: str
    code: str
    message: str
    hint: str = ""
    fatal: bool = False

    def to_dict(self) -> dict:
        return asdict(self)

    @classmethod
    def from_dict(cls, fields: dict) -> Problem:
        return cls(**fields)


@dataclass(frozen=True, eq=False)
class Interpretation:
    """All that was read from one picture.

    `page` None when no page was found; `caption` None when nothing may be said; `problems` say why;
    `seconds` by step; `models` name -> revision or digest. `ecg` the digitised signals (None when not read) with the
    `qualities` of its leads and `traces_px`, per panel (N, 2) page points of its trace; `measurements` taken on it,
    `findings` of the classifier, `not_assessed` the codes that it does not know, `statements` read out of the caption.
    `complete` only without any problem.
    """

    source: str
    page: Page | None = None
    caption: str | None = None
    problems: tuple[Problem, ...] = ()
    seconds: dict[str, float] = field(default_factory=dict)
    models: dict[str, str] = field(default_factory=dict)
    ecg: Ecg | None = None
    qualities: tuple[LeadQuality, ...] = ()
    measurements: tuple[Measurement, ...] = ()
    findings: tuple[Finding, ...] = ()
    statements: tuple[Statement, ...] = ()
    traces_px: tuple[np.ndarray, ...] = ()
    not_assessed: tuple[str, ...] = ()

    def __post_init__(self):
        if self.caption is None and not self.problems:
            raise BadOption(f"Interpretation of {self.source!r} has no caption and no problem that says why.")

    @property
    def complete(self) -> bool:
        return self.caption is not None and not self.problems

    def to_dict(self) -> dict:
        """The JSON form (docs/json.md), schema `SCHEMA`."""
        return {
            "schema": SCHEMA,
            "source": self.source,
            "complete": self.complete,
            "caption": self.caption,
            "page": None if self.page is None else self.page.to_dict(),
            "problems": [problem.to_dict() for problem in self.problems],
            "seconds": {step: round(s, 4) for step, s in self.seconds.items()},
            "models": dict(self.models),
            "leads": [quality.to_dict() for quality in self.qualities],
            "measurements": [measurement.to_dict() for measurement in self.measurements],
            "findings": [finding.to_dict() for finding in self.findings],
            "not_assessed": list(self.not_assessed),
            "statements": [statement.to_dict() for statement in self.statements],
        }
