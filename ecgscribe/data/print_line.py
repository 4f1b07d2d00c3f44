"""Printed lines and rules, and how the values of a header are written in them."""

from __future__ import annotations

import textwrap
from dataclasses import dataclass

from ecgscribe.data.header import Header
from ecgscribe.data.style_model import Style


@dataclass(frozen=True)
class Line:
    """One printed line: its end (`anchor` l, m, r) on the baseline at (x_mm, y_mm), `size` times the text size."""

    text: str
    x_mm: float
    y_mm: float
    anchor: str = "l"
    size: float = 1.0
    font: str | None = None


@dataclass(frozen=True)
class Rule:
    """A printed line from (x0, y0) to (x1, y1) mm, `width_mm` wide."""

    x0: float
    y0: float
    x1: float
    y1: float
    width_mm: float = 0.3


Printed = list[Line | Rule]


def said(value: float | None, form: str = "{:.0f}", absent: str = "") -> str:
    """A number as printed, `absent` when it is not known."""
    return absent if value is None else form.format(value)


def sex_of(header: Header) -> str:
    """Written "Female", "Male" or nothing."""
    return (header.sex or "").capitalize()


def age_of(header: Header, unit: str = "") -> str:
    """Years with their unit, or nothing."""
    return "" if header.age is None else f"{header.age}{unit}"


def pair_of(first: float | None, second: float | None, form: str = "{:.0f}") -> str:
    """Written "400/410"; two dashes for what is not known."""
    return f"{said(first, form, '--')}/{said(second, form, '--')}"


def axes_of(header: Header, between: str = "  ") -> str:
    """Axes of P, QRS and T in degrees."""
    return between.join(said(v, absent="--") for v in (header.p_axis_deg, header.axis_deg, header.t_axis_deg))


def verdict_of(header: Header) -> str:
    """The line of severity that the statements lead to; nothing without statements."""
    if not header.statements:
        return ""
    normal = any(statement.lower().startswith("normal") for statement in header.statements)
    return "- NORMAL ECG -" if normal else "- ABNORMAL ECG -"


def block(lines: list[str], x_mm: float, y_mm: float, step_mm: float, anchor: str = "l", size: float = 1.0) -> Printed:
    return [Line(text, x_mm, y_mm + k * step_mm, anchor, size) for k, text in enumerate(lines) if text]


def wrapped(header: Header, style: Style, x_mm: float, most: int, size: float = 1.0, to_mm=None) -> list[str]:
    """The statements broken at `to_mm` or the sheet's right edge, at most so many lines."""
    free_mm = (style.sheet_mm[0] - 5.0 if to_mm is None else to_mm) - x_mm
    letters = int(free_mm / (0.58 * style.text_mm * size))
    lines = [part for text in header.statements for part in textwrap.wrap(text, max(letters, 12))]
    return lines[:most]


def seconds_of(value_ms: float | None) -> float | None:
    return None if value_ms is None else value_ms / 1000.0
