"""Finding-level scores: what generated captions say against what the reference captions say.

    finding_scores(predicted, references, patients) -> {"micro_f1": {"value", "low", "high"}, ...}

A finding is a code said to be present, whatever its certainty. Micro F1 pools all findings; macro F1 is the mean over
the codes that the references hold at least `LEAST` times. A critical miss is a critical finding (critical.py) of the
reference that the caption does not say. A contradiction is a caption that says a finding present that the reference
denies, or the reverse, or that calls normal what the reference does not call normal and finds abnormal, or the
reverse. A hallucination is a finding said that the reference does not say: since absent findings are almost never
written down (4 % of the German reports), a part of them are true. Intervals are by patient.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence

import numpy as np

from ecgscribe.core.errors import BadOption
from ecgscribe.core.report import Statement
from ecgscribe.evaluation.bootstrap import RESAMPLES, interval, patient_weights
from ecgscribe.evaluation.critical import critical_findings
from ecgscribe.text.statement_codes import scp_codes_of
from ecgscribe.text.statement_table import kinds
from ecgscribe.text.statements import statements_of

LEAST = 10
"""A code that the references hold less often does not count in macro F1: one caption would move it too much."""
HARMLESS = frozenset(("SR", "SARRH", "SBRAD", "STACH", "NORM", "MID", "AXL", "AXR", "AXHOR", "LAD", "RSTRANS", "PWAVE"))
"""Findings that stand beside "normal ECG" in reports without contradiction."""
ABNORMAL_GROUPS = ("infarct", "st-t", "conduction", "hypertrophy", "av", "rhythm")


def finding_scores(
    predicted: Sequence[str | None],
    references: Sequence[str],
    patients: Sequence[str],
    resamples: int = RESAMPLES,
    seed: int = 0,
    least: int = LEAST,
) -> dict:
    """Scores of predicted captions (None = no answer, which says nothing), each a value with its 95 % interval.

    `critical_misses`: share of the references' critical findings that are missed; `contradictions`: share of captions;
    `hallucinations`: share of the said findings; `per_code`: counts and F1; `critical`: held and missed by finding.
    Shares without a case have the value None. Raises `BadOption` for lists of different or no length.
    """
    if not predicted or not len(predicted) == len(references) == len(patients):
        raise BadOption(
            f"{len(predicted)} captions, {len(references)} references, {len(patients)} patients.",
            "Give one of each for every page, at least one.",
        )
    said = [statements_of(caption or "") for caption in predicted]
    true = [statements_of(reference) for reference in references]
    tables = _tables(said, true)
    weights = patient_weights(patients, resamples, seed)
    shown = tables["held"].sum(0) >= least
    scores = {}
    for name, score in (("micro_f1", _micro), ("macro_f1", _macro), ("critical_misses", _misses),
                        ("contradictions", _contradictions), ("hallucinations", _hallucinations)):  # fmt: skip
        value = score(tables, np.ones((1, len(said))), shown)[0]
        resampled = score(tables, weights, shown)
        resampled = resampled[np.isfinite(resampled)]
        low, high = interval(resampled) if np.isfinite(value) and len(resampled) else (None, None)
        scores[name] = {"value": float(value) if np.isfinite(value) else None, "low": low, "high": high}
    return scores | {"n": len(said), "patients": len(set(map(str, patients))), "codes_in_macro": int(shown.sum()),
                     "per_code": _per_code(tables), "critical": _critical_counts(said, true)}  # fmt: skip


def findings_table(
    captions: Mapping[str, Sequence[str | None]],
    references: Sequence[str],
    patients: Sequence[str],
    resamples: int = RESAMPLES,
    seed: int = 0,
) -> dict[str, dict]:
    """`finding_scores` of every system: name -> scores, alike for all because drawn alike."""
    return {name: finding_scores(own, references, patients, resamples, seed) for name, own in captions.items()}


def codes_said(captions: Sequence[str | None], held: Sequence[Iterable[str]]) -> dict[str, dict]:
    """For each SCP code that a record holds: records with it (`held`), captions saying it among them (`said_of_held`),
    and among the other records (`said_of_others`)."""
    said = [scp_codes_of(statements_of(caption or ""), habits=False) for caption in captions]
    records = [frozenset(codes) for codes in held]
    answer = {}
    for code in sorted(frozenset().union(*records)):
        pairs = [(code in told, code in there) for told, there in zip(said, records, strict=True)]
        answer[code] = {
            "held": sum(there for _, there in pairs),
            "said_of_held": sum(told and there for told, there in pairs),
            "said_of_others": sum(told and not there for told, there in pairs),
        }
    return answer


def contradicts(said: Sequence[Statement], true: Sequence[Statement]) -> tuple[str, ...]:
    """The contradictions between what is said and what is true, such as ("AFIB", "NORM"); () when there are none."""
    here, there = _sides(said), _sides(true)
    clashes = {code for code in here["present"] & there["absent"] if code not in there["present"]}
    clashes |= {code for code in here["absent"] & there["present"] if code not in here["present"]}
    if (_calls_normal(said) and _abnormal(true)) or (_calls_normal(true) and _abnormal(said)):
        clashes.add("NORM")
    return tuple(sorted(clashes))


def _sides(statements: Sequence[Statement]) -> dict[str, set[str]]:
    """The codes of each polarity."""
    return {side: {s.code for s in statements if s.polarity == side} for side in ("present", "absent")}


def _calls_normal(statements: Sequence[Statement]) -> bool:
    """Whether the ECG is called normal, and no finding beside it explains an "otherwise"."""
    codes = {s.code for s in statements if s.present}
    return "NORM" in codes and codes <= HARMLESS


def _abnormal(statements: Sequence[Statement]) -> bool:
    """Whether the ECG is called abnormal, or a finding of weight is said and nothing called normal."""
    if any(s.code == "NORM" for s in statements):
        return not any(s.code == "NORM" and s.present for s in statements)
    table = kinds()
    return any(
        s.present and s.certainty in ("certain", "probable") and s.code not in HARMLESS
        and table[s.code].group in ABNORMAL_GROUPS
        for s in statements
    )  # fmt: skip


def _tables(said: Sequence[Sequence[Statement]], true: Sequence[Sequence[Statement]]) -> dict[str, np.ndarray]:
    """(n, codes) booleans: said, held; (n,) critical findings held and missed, and whether the captions clash."""
    places = {code: place for place, code in enumerate(kinds())}
    tables = {"said": np.zeros((len(said), len(places)), bool), "held": np.zeros((len(said), len(places)), bool)}
    for name, side in (("said", said), ("held", true)):
        for row, statements in enumerate(side):
            for statement in statements:
                if statement.present:
                    tables[name][row, places[statement.code]] = True
    critical = [(set(critical_findings(here)), set(critical_findings(there))) for here, there in
                zip(said, true, strict=True)]  # fmt: skip
    tables["critical"] = np.array([len(there) for _, there in critical], float)
    tables["missed"] = np.array([len(there - here) for here, there in critical], float)
    tables["clash"] = np.array([bool(contradicts(*pair)) for pair in zip(said, true, strict=True)], float)
    return tables


def _divided(above: np.ndarray, below: np.ndarray) -> np.ndarray:
    """above / below, NaN where below is 0."""
    return np.divide(above, below, out=np.full(np.shape(above), np.nan), where=below > 0)


def _micro(tables: dict[str, np.ndarray], weights: np.ndarray, shown: np.ndarray) -> np.ndarray:
    both = weights @ (tables["said"] & tables["held"]).sum(1)
    return _divided(2 * both, weights @ (tables["said"].sum(1) + tables["held"].sum(1)))


def _macro(tables: dict[str, np.ndarray], weights: np.ndarray, shown: np.ndarray) -> np.ndarray:
    said, held = tables["said"][:, shown].astype(float), tables["held"][:, shown].astype(float)
    scores = _divided(2 * (weights @ (said * held)), weights @ said + weights @ held)
    counted = np.isfinite(scores)
    return _divided(np.where(counted, scores, 0).sum(1), counted.sum(1).astype(float))


def _misses(tables: dict[str, np.ndarray], weights: np.ndarray, shown: np.ndarray) -> np.ndarray:
    return _divided(weights @ tables["missed"], weights @ tables["critical"])


def _contradictions(tables: dict[str, np.ndarray], weights: np.ndarray, shown: np.ndarray) -> np.ndarray:
    return _divided(weights @ tables["clash"], weights.sum(1))


def _hallucinations(tables: dict[str, np.ndarray], weights: np.ndarray, shown: np.ndarray) -> np.ndarray:
    return _divided(weights @ (tables["said"] & ~tables["held"]).sum(1), weights @ tables["said"].sum(1))


def _per_code(tables: dict[str, np.ndarray]) -> dict[str, dict]:
    """For each code that either side holds: held, said, both, F1."""
    answer = {}
    for place, code in enumerate(kinds()):
        said, held = tables["said"][:, place], tables["held"][:, place]
        if said.any() or held.any():
            both = int((said & held).sum())
            count = {"held": int(held.sum()), "said": int(said.sum()), "both": both}
            answer[code] = count | {"f1": 2 * both / (count["held"] + count["said"])}
    return answer


def _critical_counts(said: Sequence[Sequence[Statement]], true: Sequence[Sequence[Statement]]) -> dict[str, dict]:
    """For each critical finding of the references: how often held and missed, and why it matters."""
    held, missed, reasons = Counter(), Counter(), {}
    for here, there in zip(said, true, strict=True):
        told = critical_findings(here)
        for name, reason in critical_findings(there).items():
            reasons[name] = reason
            held[name] += 1
            missed[name] += name not in told
    return {name: {"held": held[name], "missed": missed[name], "reason": reasons[name]} for name in sorted(held)}
