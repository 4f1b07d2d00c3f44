"""The SCP codes that PTB-XL's annotators put down where a caption says something.

What a caption says and what a record is coded are not the same thing: the codes come from the signal and from habits
of coding. `HABITS` are those that hold in folds 1 to 8 (share of the captions saying the first that carry the second,
folds 1 to 8, in the remarks); they serve the comparison with codes only, never what a caption is said to say.
"""

from __future__ import annotations

from collections.abc import Iterable

from ecgscribe.core.report import Statement

from .statement_table import kinds

HABITS = {
    "AMI": ("ASMI",),  # 91 %; as AMI itself 1 %
    "ALMI": ("ALMI", "ILMI"),  # 36 % ILMI: "anterolateral" of the German machines
    "VCLVH": ("VCLVH", "LVH"),  # 76 %
    "NT_": ("NT_", "NDT"),  # 48 %
    "BIFB": ("CRBBB", "LAFB"),  # 73 %, 82 %
    "ALAD": ("LAFB",),  # 56 %
    "ISCAN": ("ISCAN", "ISCAS"),  # 16 %
}


def scp_codes_of(statements: Iterable[Statement], habits: bool = True) -> frozenset[str]:
    """The SCP codes of the present statements, whatever their certainty; with `habits` as PTB-XL codes them."""
    table = kinds()
    codes: set[str] = set()
    for statement in statements:
        if statement.present:
            codes.update(HABITS.get(statement.code, (statement.code,)) if habits else (statement.code,))
    return frozenset(code for code in codes if code in table and table[code].origin == "scp")
