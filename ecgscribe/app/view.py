"""`Interpretation` -> what is shown: HTML with everything escaped and pictures inside, nothing on disk."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from ecgscribe.app.downloads import kinds_for
from ecgscribe.app.figures import corners_text, corrector, pictures
from ecgscribe.app.markup import escaped, section
from ecgscribe.app.plot import signals
from ecgscribe.app.tables import findings, measurements
from ecgscribe.core.report import Interpretation, Problem
from ecgscribe.text.writing import sentences

CHECK = "Written by a machine from the picture alone. It can be wrong: a physician must read the ECG itself."
_CAUSES = ("layout-unknown",)
"""Not fatal, but why there is no caption: told before it."""
_BY_HAND_HELPS = ("no-grid", "no-trace", "no-ecg", "not_found")
"""Of a picture without a page: corners set by hand make no pixels, and part no pages."""
BY_HAND = "Is it an ECG all the same? Set its corners by hand below, and have it read again."


@dataclass(frozen=True)
class Shown:
    """Pieces of HTML for the page: `card` with caption and warnings, `pictures`, `parts` (findings, measurements,
    signals), `corrector` with its `corners` as text ("" where there is no picture); `downloads` the kinds that can be
    had; `settled` whether there is nothing that corners set by hand could mend."""

    card: str
    pictures: str
    parts: str = ""
    corrector: str = ""
    corners: str = ""
    downloads: tuple[str, ...] = ()
    settled: bool = True


def shown(interpretation: Interpretation, picture: np.ndarray | None) -> Shown:
    """The interpretation of `picture` (uint8 (H, W, 3), None when it could not be opened)."""
    page = interpretation.page
    plot = signals(interpretation.ecg, page)
    parts = findings(interpretation) + (section("Signals", plot, "plotted") if plot else "")
    parts += measurements(interpretation)
    codes = {problem.code for problem in interpretation.problems}
    lost = picture is not None and page is None and not codes.isdisjoint(_BY_HAND_HELPS)
    return Shown(
        _card(interpretation, BY_HAND if lost else ""),
        pictures(picture, interpretation),
        parts,
        "" if picture is None else corrector(picture, page),
        "" if picture is None else corners_text(picture, page),
        () if page is None else kinds_for(interpretation),
        not lost,
    )


def waiting() -> Shown:
    """Before the first reading: how to take a good picture."""
    tips = (
        "of the whole page, with its grid,",
        "straight from above, flat, without shadow or flash,",
        "with the lead names on it.",
    )
    listed = "".join(f"<li>{tip}</li>" for tip in tips)
    body = f"<h2>Caption</h2><p>It will appear here. A good picture is</p><ul>{listed}</ul>"
    return Shown(f'<div class="reading quiet">{body}</div>', "")


def sorry(sentence: str, title: str = "No caption") -> Shown:
    """One sentence instead of a reading."""
    return Shown(f'<div class="reading refused" role="alert"><h2>{title}</h2><p>{escaped(sentence)}</p></div>', "")


def _card(interpretation: Interpretation, more: str = "") -> str:
    disagree = [problem for problem in interpretation.problems if problem.step == "agreement"]
    others = [problem for problem in interpretation.problems if problem.step != "agreement"]
    if interpretation.caption is None:
        reasons = [p for p in others if p.fatal or p.code in _CAUSES] or others
        rest = [p for p in others if p not in reasons]
        body = "".join(f"<p>{_sentences(reason)}</p>" for reason in _once(reasons))
        body += f"<p>{escaped(more)}</p>" if more else ""
        body += _disagreements(disagree) + _warnings(rest)
        return f'<div class="reading refused" role="alert"><h2>No caption</h2>{body}</div>'
    return (
        '<div class="reading" role="status"><h2>Caption</h2>'
        f'<p class="caption">{escaped(sentences(interpretation.caption))}</p>'
        f"{_disagreements(disagree)}{_warnings(others)}"
        f'<p class="check">{CHECK}</p></div>'
    )


def _once(problems: list[Problem]) -> list[Problem]:
    """Each remedy with the last problem that has it."""
    later = [{p.hint for p in problems[k + 1 :]} for k in range(len(problems))]
    return [replace(p, hint="") if p.hint in after else p for p, after in zip(problems, later, strict=True)]


def _disagreements(problems: list[Problem]) -> str:
    """Contradictions between caption, findings and measurements: right below the caption, never folded."""
    if not problems:
        return ""
    items = "".join(f"<li>{escaped(problem.message)}</li>" for problem in problems)
    hints = " ".join(dict.fromkeys(problem.hint for problem in problems if problem.hint))
    told = f'<p class="hint">{escaped(hints)}</p>' if hints else ""
    return (
        '<div class="warnings disagree" role="alert"><h3>Caption, findings and measurements disagree</h3>'
        f"<ul>{items}</ul>{told}</div>"
    )


def _warnings(problems: list[Problem]) -> str:
    if not problems:
        return ""
    items = "".join(f"<li>{_sentences(problem)}</li>" for problem in problems)
    return f'<div class="warnings"><h3>Please note</h3><ul>{items}</ul></div>'


def _sentences(problem: Problem) -> str:
    hint = f' <span class="hint">{escaped(problem.hint)}</span>' if problem.hint else ""
    return f"{escaped(problem.message)}{hint}"
