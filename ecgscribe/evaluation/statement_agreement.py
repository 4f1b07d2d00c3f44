"""How the statements read from reports agree with the records' SCP codes, and how well any reader of them could.

The ceiling: records with the same text can have different codes, so that no function of the text is right for all of
them. `ceiling` is the best F1 that any function of the text can reach on these very records (it has seen their
answers, so it is too good); `crossed` answers with the majority of the other patients' records with the same text, as
a reader that learnt each text by heart would do. Both count texts that several patients share.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Coded:
    """One record: its `text` (caption), the codes `said` there and the codes `held` by the record; `patient`."""

    text: str
    said: frozenset[str]
    held: frozenset[str]
    patient: str


@dataclass(frozen=True)
class Line:
    """One code: how often `held` and `said`, precision and recall of all records (None without a case), and F1 on the
    records with repeated texts: ours (`repeated`), the best possible (`ceiling`), other patients' (`crossed`)."""

    code: str
    held: int
    said: int
    precision: float | None
    recall: float | None
    f1: float | None
    repeated: float | None
    ceiling: float | None
    crossed: float | None


def agreement(records: Sequence[Coded], others: Sequence[Coded] = (), codes: Sequence[str] | None = None,
              most: int = 30) -> list[Line]:  # fmt: skip
    """A line for each of `codes`, or of the `most` frequent ones of `records`, the most frequent first.

    `others` are further records whose texts count as repetitions but are not scored (the other folds).
    """
    frequency = Counter(code for record in records for code in record.held)
    chosen = codes if codes is not None else [code for code, _ in frequency.most_common(most)]
    majority = _Majority([*records, *others])
    repeated = [record for record in records if majority.shared(record)]
    lines = []
    for code in chosen:
        hits, held, said = _counts((code in record.said, code in record.held) for record in records)
        own = _f1((code in record.said, code in record.held) for record in repeated)
        best = _best_f1((record.text, code in record.held) for record in repeated)
        crossed = _f1((majority.says(code, record), code in record.held) for record in repeated)
        precision, recall = hits / said if said else None, hits / held if held else None
        f1 = 2 * hits / (said + held) if said + held else None
        lines.append(Line(code, held, said, precision, recall, f1, own, best, crossed))
    return lines


class _Majority:
    """For each text how many records have it, how many of them each code; the same of each patient."""

    def __init__(self, records: Sequence[Coded]) -> None:
        self.texts: Counter = Counter()
        self.codes: dict[str, Counter] = defaultdict(Counter)
        self.own: dict[tuple[str, str], list[Coded]] = defaultdict(list)
        for record in records:
            self.texts[record.text] += 1
            self.codes[record.text].update(record.held)
            self.own[record.text, record.patient].append(record)

    def shared(self, record: Coded) -> bool:
        """Whether another patient has the same text."""
        return self.texts[record.text] > len(self.own[record.text, record.patient])

    def says(self, code: str, record: Coded) -> bool:
        """What most of the other patients' records with this text say."""
        left = self.own[record.text, record.patient]
        count = self.texts[record.text] - len(left)
        return 2 * (self.codes[record.text][code] - sum(code in one.held for one in left)) > count


def _best_f1(pairs: Iterable[tuple[str, bool]]) -> float | None:
    """The best F1 that a function of the text can have over (text, held) pairs.

    It says the code for the texts with the largest share of records that hold it: taking one with a larger share
    instead of one with a smaller never lowers F1, so that only as many sets as there are shares need a try.
    """
    counts: dict[str, list[int]] = defaultdict(lambda: [0, 0])
    for text, held in pairs:
        counts[text][0] += held
        counts[text][1] += 1
    total = sum(held for held, _ in counts.values())
    if not total:
        return None
    best = hits = said = 0.0
    for held, count in sorted(counts.values(), key=lambda pair: -pair[0] / pair[1]):
        hits, said = hits + held, said + count
        best = max(best, 2 * hits / (said + total))
    return best


def _counts(pairs: Iterable[tuple[bool, bool]]) -> tuple[int, int, int]:
    """(both, held, said) of (said, held) pairs."""
    both = held = said = 0
    for one, other in pairs:
        both += one and other
        said += one
        held += other
    return both, held, said


def _f1(pairs: Iterable[tuple[bool, bool]]) -> float | None:
    both, held, said = _counts(pairs)
    return 2 * both / (held + said) if held + said else None
