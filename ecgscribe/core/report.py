"""What the reader says: statements, measurements, problems, and the interpretation that holds them."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field

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
    `seconds` by step; `models` name -> revision or digest. `complete` only without any problem.
    """

    source: str
    page: Page | None = None
    caption: str | None = None
    problems: tuple[Problem, ...] = ()
    seconds: dict[str, float] = field(default_factory=dict)
    models: dict[str, str] = field(default_factory=dict)

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
        }
