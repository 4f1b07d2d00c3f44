"""The row of the data set: the columns of its three configs, and the picture row as Python and parquet hold it."""

from __future__ import annotations

from dataclasses import asdict, dataclass

from ecgscribe.core.report import Statement

PAGES, PHOTOS, SIGNALS = CONFIGS = ("pages", "photos", "signals")
"""Clean pages (or pictures that were found), distorted pages of the same records, and the signals themselves."""
ALL = "all"
"""Pages and photos together, where rows are loaded."""
FOLDERS = {PAGES: "data", PHOTOS: "photos", SIGNALS: "signals"}
"""Config -> the folder of its parquet files. Pages are the default config and lie where the Hub looks first."""
STYLES = {"report": "caption", "statements": "structured"}
"""Caption style -> the column that holds it."""

_JPEG = b"\xff\xd8"


@dataclass(frozen=True)
class Row:
    """One picture with what is said of its record and where both come from.

    `image` PNG or JPEG bytes; `caption` normal English; `report` as in the source; `language` de, en, sv or "";
    `scp_codes` code -> likelihood 0 to 100 (0 = unknown); `superclasses` sorted; `seed` and `px_per_mm` of the
    drawing, None for a picture that was found, not drawn. `variant` 0 is the page itself, 1 and more are distorted
    pages of the same record: `preset` and `severity` say how; `layout` and `style` of the page. Where these are not
    known (found pictures, folders built before they existed) they are "" and None. `structured` is the canonical
    sentence of `statements`, which are what the caption says (or what the source's codes say, where it has no report);
    `source` and `record` name the collection and its record; `age` in years (300: over 89), `sex` male, female or "".
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
    structured: str = ""
    statements: tuple[Statement, ...] = ()
    source: str = ""
    record: str = ""
    age: float | None = None
    sex: str = ""

    def to_dict(self) -> dict:
        """As parquet stores it: the image as {bytes, path}, codes and statements as lists of records."""
        fields = {name: getattr(self, name) for name in self.__dataclass_fields__}
        ending = "jpg" if self.image.startswith(_JPEG) else "png"
        name = f"{self.ecg_id:05d}.{ending}" if not self.variant else f"{self.ecg_id:05d}-{self.variant}.{ending}"
        fields["image"] = {"bytes": self.image, "path": name}
        return fields | stored(self.scp_codes, self.superclasses, self.statements)

    @classmethod
    def from_dict(cls, fields: dict) -> Row:
        """From `to_dict`, or from a row of `load_rows` whose image was not decoded."""
        return cls(
            **{
                **fields,
                "image": fields["image"]["bytes"],
                "scp_codes": {entry["code"]: float(entry["likelihood"]) for entry in fields["scp_codes"]},
                "superclasses": tuple(fields["superclasses"]),
                "statements": tuple(Statement(**entry) for entry in fields.get("statements") or ()),
            }
        )


def stored(codes: dict[str, float], superclasses: tuple[str, ...], statements: tuple[Statement, ...]) -> dict:
    """The three columns that are lists, as parquet stores them."""
    told = [asdict(statement) | {"territory": list(statement.territory)} for statement in statements]
    return {
        "scp_codes": [{"code": code, "likelihood": value} for code, value in codes.items()],
        "superclasses": list(superclasses),
        "statements": [{name: entry[name] for name in STATEMENT_FIELDS} for entry in told],
    }


STATEMENT_FIELDS = ("code", "polarity", "certainty", "territory", "age")


def features(config: str = PAGES):
    """The typed columns for the `datasets` library; their Arrow schema carries the types into the parquet files.

    Pages and photos have the same. Signals have no picture columns but `rate_hz`, `signal_uv` int16 (samples, 12)
    microvolts, leads in standard order.
    """
    from datasets import Array2D, Features, Image, List, Value

    text, whole, number = Value("string"), Value("int64"), Value("float32")
    said = {
        "caption": text,
        "report": text,
        "language": text,
        "scp_codes": List({"code": text, "likelihood": number}),
        "superclasses": List(text),
        "ecg_id": whole,
        "patient_id": text,
        "strat_fold": whole,
    }
    drawn = {
        "seed": whole,
        "px_per_mm": number,
        "variant": whole,
        "preset": text,
        "severity": number,
        "layout": text,
        "style": text,
    }
    read = {
        "structured": text,
        "statements": List({name: List(text) if name == "territory" else text for name in STATEMENT_FIELDS}),
        "source": text,
        "record": text,
        "age": number,
        "sex": text,
    }
    if config == SIGNALS:
        return Features({"signal_uv": Array2D((None, 12), "int16"), "rate_hz": number} | said | read)
    return Features({"image": Image()} | said | drawn | read)


def leaves(schema) -> dict[str, list[str]]:
    """Column -> its parquet leaves, such as scp_codes -> scp_codes.list.element.code."""
    return {field.name: list(_leaves(field.name, field.type)) for field in schema}


def _leaves(name: str, kind):
    import pyarrow.types as types

    kind = getattr(kind, "storage_type", kind)
    if types.is_list(kind) or types.is_large_list(kind):
        yield from _leaves(f"{name}.list.element", kind.value_type)
    elif types.is_struct(kind):
        for field in kind:
            yield from _leaves(f"{name}.{field.name}", field.type)
    else:
        yield name
