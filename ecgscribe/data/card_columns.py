"""The card's table of columns with the values of one row."""

from __future__ import annotations

from ecgscribe.data.plan import PlannedRow


def columns(example: PlannedRow, px_per_mm: float | None, has_signals: bool) -> str:
    """A markdown table: column, meaning, the first row."""
    source = example.source
    codes = ", ".join(f"{code} {value:g}" for code, value in source.scp_codes.items()) or "(none)"
    statements = ", ".join(f"{'' if statement.present else 'no '}{statement.code}" for statement in example.statements)
    drawn = px_per_mm is not None
    values = [
        ("image", "the page (pages, photos)", "(picture)"),
        ("caption", "English, normal form", example.caption),
        ("structured", "the same statements in canonical words and order", example.structured),
        ("statements", "what is said: code, polarity, certainty, territory, age", statements or "(none)"),
        ("report", "as in the source", source.report),
        ("language", "of the report; empty where there is none", example.language),
        ("scp_codes", "code and likelihood 0 to 100; 0 means unknown", codes),
        ("superclasses", "diagnostic classes of the codes", ", ".join(source.superclasses) or "(none)"),
        (
            "source, record",
            "the collection and its own name of the record",
            f"{source.source}, {source.record or source.ecg_id}",
        ),
        ("ecg_id", "record number", str(source.ecg_id)),
        ("patient_id", "pseudonym in the source", source.patient_id),
        ("age, sex", "years (300: over 89), male or female", f"{_number(source.age)}, {source.sex or '-'}"),
        ("strat_fold", "the source's fold", str(source.strat_fold)),
        ("seed", "of the drawing; null for found pictures", "(a number)"),
        ("px_per_mm", "of the drawing; null for found pictures", f"{px_per_mm:g}" if drawn else ""),
        ("variant", "0 the page itself, 1 and more distorted pages of the record", "0"),
        ("preset", "how it was distorted; empty for found pictures", "clean" if drawn else ""),
        ("severity", "of the distortion, 0 to 1", "0" if drawn else ""),
        ("layout", "of the page; empty for found pictures", "3x4+1" if drawn else ""),
        ("style", "of the page; empty for found pictures", "standard" if drawn else ""),
    ]
    if has_signals:
        values += [
            ("signal_uv", "signals: int16 (samples, 12) microvolts, leads I II III aVR aVL aVF V1 to V6", "(array)"),
            ("rate_hz", "signals: samples a second", "(a number)"),
        ]
    lines = ["| column | what | first row |", "| --- | --- | --- |"]
    return "\n".join(lines + [f"| {name} | {what} | {_cell(value)} |" for name, what, value in values]) + "\n"


def _number(value: float | None) -> str:
    return "-" if value is None else f"{value:g}"


def _cell(text: str) -> str:
    return " ".join(text.split()).replace("|", "\\|")
