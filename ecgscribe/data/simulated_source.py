"""Simulated records as a source of rows: every patient invented, every record made when it is asked for."""

from __future__ import annotations

import ast
from contextlib import closing
from dataclasses import replace
from functools import partial

from ecgscribe.core.ecg import Ecg
from ecgscribe.core.errors import BadOption
from ecgscribe.data.chance import Chance
from ecgscribe.data.packed import Packed
from ecgscribe.data.processes import Processes, Workers
from ecgscribe.data.ptbxl import PtbXlRow
from ecgscribe.data.sample import COUNTS, Plan, line_of, plans
from ecgscribe.data.simulate import Simulated, simulate
from ecgscribe.data.statements import superclasses_of

MOST = 1_000_000
_SEX = {"0": "male", "1": "female"}


def simulated_again(row: PtbXlRow, rate_hz: float, seed: int) -> Simulated:
    """The record of a row of `simulated_rows` with this seed: the same in any process."""
    made = simulate(row.filename_hr, record_seed(seed, row.ecg_id), rate_hz)
    return replace(made, ecg=_named(made.ecg, row))


def record_seed(seed: int, ecg_id: int) -> int:
    """Every record has a seed of its own; those of two builds meet only when their seeds are the same."""
    return seed * (MOST + 1) + ecg_id


def simulated_rows(
    count: int, seed: int, progress=lambda done: None, workers: Workers | None = None
) -> Packed[PtbXlRow]:
    """`count` rows of as many patients: all conditions in the shares of the embedded sample, reports in its languages.

    `filename_lr` and `filename_hr` hold the condition, there is no file. Reports tell what the record shows, so each
    is simulated here once (about 7 ms), by `workers` if there are any. Raises `BadOption` for a count that is not 1 to
    a million.
    """
    if not 1 <= count <= MOST:
        raise BadOption(f"Cannot simulate {count} records.", f"Use 1 to {MOST}.")
    rows = Packed()
    with closing((workers or Processes(1)).mapped(partial(_row, seed), plans(seed, shares(count)))) as made:
        for row in made:
            rows.append(row)
            progress(len(rows))
    return rows


def _row(seed: int, plan: Plan) -> PtbXlRow:
    made = simulate(plan.condition, record_seed(seed, plan.ecg_id), 100)
    line = line_of(plan, made, Chance(seed, "line", str(plan.ecg_id)))
    codes = {code: float(likelihood) for code, likelihood in ast.literal_eval(line["scp_codes"]).items()}
    return PtbXlRow(
        ecg_id=plan.ecg_id,
        patient_id=f"sim-{seed}-{plan.ecg_id}",
        age=float(line["age"]) if line["age"] else None,
        sex=_SEX[line["sex"]],
        report=line["report"],
        scp_codes=codes,
        superclasses=superclasses_of(codes),
        strat_fold=plan.fold,
        filename_lr=plan.condition,
        filename_hr=plan.condition,
        validated_by_human=False,
        source="simulated",
        record=plan.condition,
    )


def shares(count: int) -> dict[str, int]:
    """Condition -> records, as in the sample, together `count`: largest remainders, ties in the sample's order."""
    total = sum(COUNTS.values())
    exact = {name: share * count / total for name, share in COUNTS.items()}
    whole = {name: int(value) for name, value in exact.items()}
    left = sorted(exact, key=lambda name: whole[name] - exact[name])[: count - sum(whole.values())]
    return {name: number + (name in left) for name, number in whole.items() if number + (name in left)}


def _named(ecg: Ecg, row: PtbXlRow) -> Ecg:
    return replace(ecg, record=str(row.ecg_id), patient=row.patient_id)
