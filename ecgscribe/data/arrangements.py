"""Headers of machines: where each maker puts person, measured values and statements, in our words.

Every arrangement is a function (style, header) -> list of `Line` and `Rule`, in mm on the sheet; a header
without values gives the empty form, as machines print it when nothing was typed in.
"""

from __future__ import annotations

import textwrap
from collections.abc import Callable

from ecgscribe.data.header import Header
from ecgscribe.data.print_line import (
    Line,
    Printed,
    Rule,
    age_of,
    axes_of,
    block,
    pair_of,
    said,
    seconds_of,
    sex_of,
    verdict_of,
    wrapped,
)
from ecgscribe.data.style_model import Style


def none(style: Style, header: Header | None) -> Printed:
    return []


def standard(style: Style, header: Header | None) -> Printed:
    """Two lines above the grid, only when there is a header."""
    if header is None:
        return []
    x, y = style.grid_mm[0], 9.0
    person = [header.name, age_of(header, " years"), sex_of(header), header.identifier, f"{header.date} {header.time}"]
    values = [
        said(header.rate_bpm, "{:.0f} bpm"),
        said(header.pr_ms, "PR {:.0f} ms"),
        said(header.qrs_ms, "QRS {:.0f} ms"),
        f"QT/QTc {pair_of(header.qt_ms, header.qtc_ms)} ms" if header.qt_ms is not None else "",
        said(header.axis_deg, "axis {:.0f}"),
    ]
    lines = ["   ".join(part for part in parts if part.strip()) for parts in (person, values)]
    right = block(wrapped(header, style, 165.0, 2, 0.8), 165.0, y, 5.0, size=0.8)
    return block(lines, x, y, 5.0) + right


def kaggle(style: Style, header: Header | None) -> Printed:
    """The three short lines of rendered pages; the name stays empty there."""
    header = header or Header()
    x, y = 1.3, 5.7
    lines = [
        Line(f"ID: {header.identifier}", x, y),
        Line("Name:", 76.2, y),
        Line(f"Date: {header.date}, {header.time}", 151.2, y),
        Line(f"Age: {age_of(header, ' yrs')}", x, y + 5.0),
        Line(f"Sex: {sex_of(header)}", x, y + 10.0),
    ]
    return lines if header.identifier else lines[1:2]


def flat_form(style: Style, header: Header | None) -> Printed:
    """Labels set flush right against their values, in two columns; statements in capitals at the right."""
    header = header or Header()
    size, step = style.text_mm, 4.25
    person = (
        ("Patient name:", header.name),
        ("Patient ID:", header.identifier),
        ("Age(years):", age_of(header)),
        ("Sex:", sex_of(header)),
        ("Group:", ""),
    )
    values = (
        ("Vent. rate(bpm):", said(header.rate_bpm)),
        ("PR interval(ms):", said(header.pr_ms)),
        ("QRS duration(ms):", said(header.qrs_ms)),
        ("QT/QTc (ms):", f"{said(header.qt_ms)} / {said(header.qtc_ms)}"),
        ("Date/Time:", f" {header.date}, {header.time[:5]}" if header.date else ""),
    )
    printed: Printed = []
    for k, ((label, value), (name, number)) in enumerate(zip(person, values, strict=True)):
        y = 5.2 + k * step
        printed += [Line(label, 25.0, y, "r"), Line(value, 30.0, y)]
        printed += [Line(name, 90.0, y, "r"), Line(number, 90.3, y)]
    statements = [text.upper() for text in wrapped(header, style, 110.0, 3, 1.1)]
    printed += block(statements, 110.0, 4.6, 1.35 * size)
    return [*printed, Line("Comments:", 110.0, 9.4 + max(len(statements) - 1, 0) * 1.35 * size)]


def measured_block(style: Style, header: Header | None) -> Printed:
    """Name and ID at the left, a block of values with units beside it, statements at the right, who confirmed."""
    header = header or Header()
    x, step = style.grid_mm[0] + 3.0, 1.3 * style.text_mm
    person = [
        header.name,
        f"ID:{header.identifier}",
        f"{header.date} {header.time}",
        sex_of(header),
        age_of(header, " yr"),
    ]
    values = (
        ("Vent. rate", said(header.rate_bpm), "BPM"),
        ("PR interval", said(header.pr_ms, absent="*"), "ms"),
        ("QRS duration", said(header.qrs_ms), "ms"),
        ("QT/QTc", pair_of(header.qt_ms, header.qtc_ms), "ms"),
        ("P-R-T axes", axes_of(header), ""),
    )
    printed = block(person, x, 7.5, step)
    for k, (label, value, unit) in enumerate(values):
        y = 7.5 + k * step
        printed += [Line(label, x + 62.0, y), Line(value, x + 104.0, y, "r"), Line(unit, x + 106.0, y)]
    printed += block(wrapped(header, style, x + 122.0, 4), x + 122.0, 7.5, step)
    if header.statements:
        printed.append(Line("Unconfirmed", x + 190.0, 7.5 + 5 * step))
    return [*printed, Line("Technician:", x, 7.5 + 5 * step), Line("Referred by:", x + 62.0, 7.5 + 5 * step)]


def value_column(style: Style, header: Header | None) -> Printed:
    """A narrow column of values at the left with the axes under a dashed title; statements and a verdict beside."""
    header = header or Header()
    x, step = style.grid_mm[0] + 2.0, 1.25 * style.text_mm
    values = (
        ("Rate", said(header.rate_bpm)),
        ("PR", said(header.pr_ms)),
        ("QRSD", said(header.qrs_ms)),
        ("QT", said(header.qt_ms)),
        ("QTc", said(header.qtc_ms)),
    )
    axes = (("P", header.p_axis_deg), ("QRS", header.axis_deg), ("T", header.t_axis_deg))
    top = 12.5
    printed: Printed = [
        Line(header.identifier, x, 6.5),
        Line(header.name, x + 40.0, 6.5),
        Line(f"{age_of(header, ' Years')}  {sex_of(header)}", x + 110.0, 6.5),
        Line(f"{header.date}  {header.time}", style.grid_mm[2] - 2.0, 6.5, "r"),
        Rule(x - 2.0, 8.0, style.grid_mm[2], 8.0, 0.2),
    ]
    for k, (label, value) in enumerate(values):
        printed += [Line(label, x, top + k * step), Line(value, x + 24.0, top + k * step, "r")]
    printed.append(Line("--AXIS--", x + 30.0, top))
    for k, (label, value) in enumerate(axes, start=1):
        printed += [Line(label, x + 30.0, top + k * step), Line(said(value), x + 50.0, top + k * step, "r")]
    statements = [f". {text}" for text in wrapped(header, style, x + 68.0, 4)]
    printed += block(statements, x + 66.0, top, step)
    if header.statements:
        middle = (x + 66.0 + style.grid_mm[2]) / 2
        printed += [Line(verdict_of(header), middle, top + 4.6 * step, "m", 1.15)]
        printed += [Line("Unconfirmed Diagnosis", style.grid_mm[2] - 2.0, top + 4.6 * step, "r", 0.9)]
    return printed


def titled_form(style: Style, header: Header | None) -> Printed:
    """A centred title, one line of labels, a double rule, the diagnosis below it, who confirmed at the right."""
    header = header or Header()
    x0, x1 = style.grid_mm[0], style.grid_mm[2]
    step = 4.2
    person = (
        (f"ID : {header.identifier}", 0.0),
        (f"{age_of(header)} Years".strip(), 32.0),
        (sex_of(header), 49.0),
        ("cm", 68.0),
        ("kg", 86.5),
        ("/     mmHg", 104.0),
        ("Race:Unknown", 128.0),
        ("Room No.:", 158.0),
        ("Department:", 182.0),
    )
    printed: Printed = [Line("ECG  REPORT", style.sheet_mm[0] / 2 + 3.0, 7.2, "m", 1.45)]
    printed += [Line(text, x0 + dx, 11.8) for text, dx in person]
    printed += [Line("Exam.Room:", x0, 16.0), Line("Medication:", x0 + 26.0, 16.0)]
    printed += [Line(f"Name: {header.name}", x0 + 62.0, 16.0)] if header.name else []
    printed += [Rule(x0, 17.7, x1 - 3.0, 17.7, 0.5), Rule(x0, 18.5, x1 - 3.0, 18.5, 0.5)]
    printed.append(Line("Diagnosis Information:", x0, 21.4))
    printed += block(wrapped(header, style, x0 + 2.0, 3, to_mm=x0 + 88.0), x0 + 2.0, 21.4 + step, step)
    if header.rate_bpm is not None:
        values = (
            ("HR", f": {said(header.rate_bpm)} bpm"),
            ("PR", f": {said(header.pr_ms, absent='--')} ms"),
            ("QRS", f": {said(header.qrs_ms)} ms"),
            ("QT/QTc", f": {pair_of(header.qt_ms, header.qtc_ms)} ms"),
            ("P/QRS/T", f": {axes_of(header, '/')}"),
        )
        for k, (label, value) in enumerate(values):
            x, y = x0 + 92.0 + 42.0 * (k // 3), 21.4 + step * (k % 3 + 1)
            printed += [Line(label, x, y), Line(value, x + 14.0, y)]
    return printed + block(["Technician :", "Ref-Phys. :", "Report Confirmed by:"], x1 - 77.0, 25.4, step)


def strip_column(style: Style, header: Header | None) -> Printed:
    """All of it in a column at the left end of a roll, intervals in seconds."""
    header = header or Header()
    x, step = 4.0, 1.3 * style.text_mm
    lines = [
        f"Name:  {header.name}",
        f"ID:  {header.identifier}",
        f"Patient ID:   Age:{age_of(header)}  Sex:{sex_of(header)[:1]}",
        "",
        "12-Lead 1",
        said(header.rate_bpm, "HR {:.0f} bpm"),
        f"{header.date}  {header.time}".strip(),
    ]
    if header.rate_bpm is not None:
        pr, qrs = (said(seconds_of(value), "{:.3f}s", "--") for value in (header.pr_ms, header.qrs_ms))
        lines.append(f"PR {pr}   QRS {qrs}")
        lines.append(f"QT/QTc: {pair_of(seconds_of(header.qt_ms), seconds_of(header.qtc_ms), '{:.3f}s')}")
        lines.append(f"P-QRS-T Axes: {axes_of(header)}")
    letters = int((style.grid_mm[0] - x) / (0.42 * style.text_mm))
    lines += [part for text in header.statements for part in textwrap.wrap(text, max(letters, 12))][:6]
    if header.statements:
        lines.append("**Unconfirmed**")
    return block(lines, x, 8.0, step)


def boxed_header(style: Style, header: Header | None) -> Printed:
    """Three ruled fields side by side: person, values, interpretation."""
    header = header or Header()
    x0, x1 = style.grid_mm[0], style.grid_mm[2]
    step, top, low = 1.3 * style.text_mm, 5.0, style.grid_mm[1] - 2.5
    first, second = x0 + 75.0, x0 + 140.0
    printed: Printed = [Rule(x0, y, x1, y, 0.25) for y in (top, low)]
    printed += [Rule(x, top, x, low, 0.25) for x in (x0, first, second, x1)]
    person = [f"Name: {header.name}", f"ID:   {header.identifier}", f"Age:  {age_of(header, ' Y')}"]
    person += [f"Sex:  {sex_of(header)}", f"{header.date}  {header.time}"]
    printed += block(person, x0 + 2.0, top + step + 0.5, step)
    values = [
        f"HR   {said(header.rate_bpm)} /min",
        f"PR   {said(header.pr_ms, absent='---')} ms",
        f"QRS  {said(header.qrs_ms)} ms",
        f"QT/QTc  {pair_of(header.qt_ms, header.qtc_ms)} ms",
        f"Axis P/QRS/T  {axes_of(header, '/')}",
    ]
    printed += block(values, first + 2.0, top + step + 0.5, step)
    return printed + block(wrapped(header, style, second + 2.0, 5), second + 2.0, top + step + 0.5, step)


def single_lines(style: Style, header: Header | None) -> Printed:
    """Two dense lines over the grid: who and when, then all values in a row; statements follow."""
    header = header or Header()
    x, y = style.grid_mm[0], 7.5
    step = 1.4 * style.text_mm
    person = f"{header.name}  {age_of(header, 'y')} {sex_of(header)}  {header.date} {header.time}"
    who = f"ID:{header.identifier or '          '}  {person}"
    values = (
        f"HR {said(header.rate_bpm, absent='---')} bpm  PR {said(header.pr_ms, absent='---')}  "
        f"QRS {said(header.qrs_ms, absent='---')}  QT/QTcB {pair_of(header.qt_ms, header.qtc_ms)}  "
        f"P/QRS/T {axes_of(header, '/')}"
    )
    room = int((style.grid_mm[1] - 1.0 - y - step) / step)
    return block([who, values, *wrapped(header, style, x, min(max(room, 0), 3))], x, y, step)


def screen_tiles(style: Style, header: Header | None) -> Printed:
    """A large heart rate, small values beside it: the page of a telephone's program."""
    header = header or Header()
    x, y = style.grid_mm[0], 11.0
    printed: Printed = [Line(header.name or "ECG", x, y, font="bold", size=1.5)]
    printed.append(Line(f"{header.date} {header.time}  {sex_of(header)} {age_of(header)}".strip(), x, y + 6.0))
    tiles = (
        ("Heart rate", said(header.rate_bpm, "{:.0f} bpm", "-")),
        ("PR", said(header.pr_ms, "{:.0f} ms", "-")),
        ("QRS", said(header.qrs_ms, "{:.0f} ms", "-")),
        ("QTc", said(header.qtc_ms, "{:.0f} ms", "-")),
    )
    for k, (label, value) in enumerate(tiles):
        printed += [Line(label, x + 110 + 34 * k, y), Line(value, x + 110 + 34 * k, y + 6.5, font="bold", size=1.3)]
    return printed + block(wrapped(header, style, x + 110.0, 1), x + 110.0, y + 13.0, 5.0)


ARRANGEMENTS: dict[str, Callable[[Style, Header | None], Printed]] = {
    "none": none,
    "standard": standard,
    "kaggle": kaggle,
    "flat-form": flat_form,
    "measured-block": measured_block,
    "value-column": value_column,
    "titled-form": titled_form,
    "strip-column": strip_column,
    "boxed-header": boxed_header,
    "single-lines": single_lines,
    "screen-tiles": screen_tiles,
}
