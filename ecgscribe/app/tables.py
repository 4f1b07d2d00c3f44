"""Measurements and leads as tables, findings as a list: every value with what it rests on, or why it is missing."""

from __future__ import annotations

import math

from ecgscribe.app.markup import escaped, section
from ecgscribe.core.report import Finding, Interpretation, LeadQuality, Measurement
from ecgscribe.core.standards import LEADS
from ecgscribe.measure.names import NAMES
from ecgscribe.text.writing import written

_DECIMALS = {"mV": 2}
_TASKS = {"normal": "normal or not", "superclass": "group", "challenge": "rhythm group", "statement": "statement"}
_OF_LEADS = (("st", "ST"), ("r", "R"), ("s", "S"))
_CHECKED = "Calibrated on patients that the model did not learn from. A probability is no diagnosis."


def findings(interpretation: Interpretation) -> str:
    """The findings: present and uncertain ones with their evidence, absent ones folded away; "" without any."""
    if not interpretation.findings:
        return ""
    ordered = sorted(interpretation.findings, key=lambda f: (f.verdict != "present", -f.probability))
    shown = [f for f in ordered if f.verdict != "absent"]
    absent = [f for f in ordered if f.verdict == "absent"]
    body = "".join(_finding(f) for f in shown)
    body = f'<ul class="found">{body}</ul>' if shown else "<p>None of what was assessed was found.</p>"
    if absent:
        rows = "".join(
            f"<tr><th scope='row'>{escaped(f.name)} <code>{escaped(f.code)}</code></th><td>{_percent(f.probability)}"
            f"</td><td>{_percent(f.threshold)}</td><td>{f.support}</td></tr>"
            for f in absent
        )
        head = _head("Finding", "Probability", "Present from", "Training records")
        body += _folded(f"{len(absent)} assessed and not found", _table(head, rows))
    if interpretation.not_assessed:
        codes = ", ".join(f"<code>{escaped(code)}</code>" for code in interpretation.not_assessed)
        told = f"{len(interpretation.not_assessed)} not assessed, for want of training records"
        body += _folded(told, f"<p>{codes}</p>")
    return section("Findings", body, "findings", _CHECKED)


def _finding(finding: Finding) -> str:
    """One finding with its bar, the threshold a mark on it."""
    share, limit = f"{100 * finding.probability:.1f}%", f"{100 * finding.threshold:.1f}%"
    told = (
        f"present from {_percent(finding.threshold)} · {_TASKS.get(finding.task, finding.task)} · "
        f"{finding.support} training records"
    )
    where = ""
    if finding.evidence:
        boxes = ";".join(",".join(f"{v:.1f}" for v in box) for box in finding.evidence)
        where = (
            f'<details class="where" data-boxes="{boxes}"><summary>Show where<span class="of"> on the page: '
            f'{escaped(finding.name)}</span></summary><div class="map"></div></details>'
        )
    return (
        f'<li class="{finding.verdict}"><div class="name"><strong>{escaped(finding.name)}</strong> '
        f'<code>{escaped(finding.code)}</code><span class="verdict">{finding.verdict}</span></div>'
        f'<div class="line"><span class="bar" aria-hidden="true"><i style="width:{share}"></i>'
        f'<b style="left:{limit}"></b></span><span class="share">{_percent(finding.probability)}</span></div>'
        f'<div class="told">{escaped(told)}</div>{where}</li>'
    )


def measurements(interpretation: Interpretation) -> str:
    """The measurements of the whole ECG, and below those of each lead with how well it was read; "" without any."""
    whole = [m for m in interpretation.measurements if not m.lead]
    if not whole and not interpretation.qualities:
        return ""
    body = ""
    known, missing = [m for m in whole if m.known], [m for m in whole if not m.known]
    if known:
        head = _head("Measurement", "Value", "Beats", "Method")
        body += _table(head, "".join(_measured(m) for m in known))
    if missing:
        rows = "".join(
            f"<tr><th scope='row'>{escaped(_words(m))}</th><td class='why'>{escaped(m.reason)}</td></tr>"
            for m in missing
        )
        body += _folded(f"{len(missing)} could not be measured", _table(_head("Measurement", "Why not"), rows))
    part = section("Measurements", body, "measured", "Taken on the digitised signals.") if whole else ""
    return part + _leads(interpretation)


def _measured(measurement: Measurement) -> str:
    beats = str(measurement.beats) if measurement.beats else ""
    return (
        f"<tr><th scope='row'>{escaped(_words(measurement))}</th><td>{value_of(measurement)}</td><td>{beats}</td>"
        f"<td class='why'>{escaped(written(measurement.method))}</td></tr>"
    )


def value_of(measurement: Measurement) -> str:
    """Value, spread and unit as HTML."""
    if measurement.unit == "1":
        return "yes" if measurement.value > 0 else "no"
    decimals = _DECIMALS.get(measurement.unit, 0)
    text = f"{measurement.value:.{decimals}f}"
    if math.isfinite(measurement.spread) and measurement.spread > 0:
        text += f" ± {measurement.spread:.{decimals}f}"
    unit = {"deg": "°", "beats": ""}.get(measurement.unit, measurement.unit)
    return f"<b>{text}</b> {escaped(unit)}".strip()


def _leads(interpretation: Interpretation) -> str:
    if not interpretation.qualities:
        return ""
    values = {(m.lead, m.name): m for m in interpretation.measurements if m.lead}
    qualities = {quality.lead: quality for quality in interpretation.qualities}
    rows = "".join(_lead(lead, qualities[lead], values) for lead in LEADS if lead in qualities)
    head = _head("Lead", "Read", "Confidence", *(f"{words}, mV" for _, words in _OF_LEADS), "Note")
    note = "How much of each lead's printed time was read, and how sure the reading is; ST at J + 60 ms, R and S."
    return section("Leads", _table(head, rows), "leads", note)


def _lead(lead: str, quality: LeadQuality, values: dict[tuple[str, str], Measurement]) -> str:
    notes = [quality.reason] if quality.reason else []
    if quality.repaired:
        notes.append("corrected by the other limb leads")
    cells = []
    for name, _ in _OF_LEADS:
        measured = values.get((lead, name))
        cells.append(f"<td>{measured.value:.2f}</td>" if measured is not None and measured.known else "<td>–</td>")
    poor = ' class="poor"' if quality.coverage < 0.5 else ""
    return (
        f"<tr{poor}><th scope='row'>{lead}</th><td>{_percent(quality.coverage)}</td>"
        f"<td>{_percent(quality.confidence)}</td>{''.join(cells)}<td class='why'>{escaped('; '.join(notes))}</td></tr>"
    )


def _words(measurement: Measurement) -> str:
    words = NAMES.get(measurement.name, (measurement.name,))[0]
    return words.replace(" (1 yes, 0 no)", "")


def _percent(share: float) -> str:
    """99.6 % of something is not all of it, 0.3 % not nothing."""
    percent = 100 * share
    if percent in (0, 100):
        return f"{percent:.0f} %"
    return "< 1 %" if percent < 1 else "> 99 %" if percent > 99 else f"{percent:.0f} %"


def _head(*names: str) -> str:
    return "<tr>" + "".join(f"<th scope='col'>{escaped(name)}</th>" for name in names) + "</tr>"


def _table(head: str, rows: str) -> str:
    return f'<div class="wide" tabindex="0"><table><thead>{head}</thead><tbody>{rows}</tbody></table></div>'


def _folded(title: str, body: str) -> str:
    return f'<details class="more"><summary>{escaped(title)}</summary>{body}</details>'
