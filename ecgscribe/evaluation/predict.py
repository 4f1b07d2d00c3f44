"""Captions of a whole split through the Reader, one line a row, going on where an earlier run stopped."""

from __future__ import annotations

import json
import time
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from ecgscribe.core.errors import BadOption
from ecgscribe.data.disk import write_text

PREDICTIONS = "predictions.jsonl"
RUN = "run.json"


@dataclass(frozen=True)
class Prediction:
    """What was asked and answered for one row.

    `row` counts in the split from 0; `caption` None when the Reader gave none, `problems` then say why
    (dicts with step, code, message, hint, fatal); `seconds` of the whole reading.
    """

    row: int
    ecg_id: int
    patient_id: str
    language: str
    reference: str
    caption: str | None
    problems: tuple[dict, ...]
    seconds: float

    def to_line(self) -> str:
        return json.dumps(asdict(self), ensure_ascii=False) + "\n"

    @classmethod
    def from_line(cls, line: str) -> Prediction:
        fields = json.loads(line)
        return cls(**{**fields, "problems": tuple(fields["problems"])})


def predict(
    reader: Any,
    rows: Sequence[dict],
    out: Path,
    identity: dict[str, Any],
    progress: Callable[[int, int], None] = lambda done, total: None,
) -> list[Prediction]:
    """Reads every row's picture and appends a line to `out`/predictions.jsonl after each.

    `rows` as `load_rows(..., decode=False)` gives them; `identity` says of which model and rows the answers
    are. A folder with other answers is refused with `BadOption`. Returns all predictions in order.
    """
    out.mkdir(parents=True, exist_ok=True)
    _claim(out, identity)
    done = _finished(out / PREDICTIONS)
    if len(done) > len(rows):
        raise BadOption(f"{out} holds {len(done)} predictions, {len(rows)} are asked.", "Choose another --out.")
    with (out / PREDICTIONS).open("a", encoding="utf-8") as file:
        for number in range(len(done), len(rows)):
            done.append(_read(reader, rows[number], number))
            file.write(done[-1].to_line())
            file.flush()
            progress(len(done), len(rows))
    return done


def problem_counts(predictions: Iterable[Prediction]) -> dict[str, int]:
    """ "step/code" -> in how many rows it occurred, most frequent first."""
    found = Counter(key for p in predictions for key in {f"{q['step']}/{q['code']}" for q in p.problems})
    return dict(sorted(found.items(), key=lambda pair: (-pair[1], pair[0])))


def write_json(path: Path, content: dict) -> None:
    """Writes a whole JSON file or none: under a temporary name, then renamed."""
    write_text(path, json.dumps(content, indent=1, ensure_ascii=False, allow_nan=False) + "\n")


def _read(reader: Any, row: dict, number: int) -> Prediction:
    start = time.perf_counter()
    try:
        answer = reader.read(row["image"]["bytes"], source=f"ecg {row['ecg_id']}")
        caption, problems = answer.caption, tuple(problem.to_dict() for problem in answer.problems)
    except Exception as error:  # a fault of ours in one row must not end an evaluation of thousands: it is counted
        message = f"Reading failed inside the program ({type(error).__name__}: {error})."
        caption, problems = None, ({"step": "reader", "code": "internal", "message": message},)
    return Prediction(
        row=number,
        ecg_id=int(row["ecg_id"]),
        patient_id=str(row["patient_id"]),
        language=row["language"],
        reference=row["caption"],
        caption=caption,
        problems=problems,
        seconds=round(time.perf_counter() - start, 4),
    )


def _claim(out: Path, identity: dict[str, Any]) -> None:
    """Marks the folder as belonging to `identity`; refuses one that belongs to another."""
    identity = json.loads(json.dumps(identity))
    path = out / RUN
    if not path.is_file():
        if (out / PREDICTIONS).is_file():
            raise BadOption(f"{out} holds predictions of unknown origin.", "Choose another --out or delete it.")
        write_json(path, identity)
        return
    held = json.loads(path.read_text(encoding="utf-8"))
    other = sorted(name for name in identity.keys() | held.keys() if identity.get(name) != held.get(name))
    if other:
        name = other[0]
        raise BadOption(
            f"{out} holds predictions of another {name}: {held.get(name)!r}, now {identity.get(name)!r}.",
            "Choose another --out or delete that folder.",
        )


def _finished(path: Path) -> list[Prediction]:
    """The whole lines of an earlier run; a line cut off by a crash is removed from the file."""
    if not path.is_file():
        return []
    content = path.read_bytes()
    whole = content[: content.rfind(b"\n") + 1]
    if len(whole) < len(content):
        with path.open("r+b") as file:
            file.truncate(len(whole))
    try:
        return [Prediction.from_line(line) for line in whole.decode("utf-8").splitlines()]
    except (ValueError, TypeError, KeyError) as error:
        raise BadOption(f"{path} is damaged ({error}).", "Delete it; the predictions are made again.") from error
