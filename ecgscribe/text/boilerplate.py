"""What is no part of a report: machine footer, `Edit:` tails, empty reports, the half word of a cut one."""

import re
from dataclasses import dataclass

FIELD_LIMIT = 255
"""PTB-XL's report field ends here: a longer report was cut."""

_EDIT = re.compile(r"\s*\bedit\s*:.*\Z", re.IGNORECASE | re.DOTALL)
# The footer is "4.46", many blanks, "unbestätigter bericht"; the field limit may cut it anywhere.
_FOOTER = re.compile(r"(?:\A|\s+)4\.46(?:\s+u?n?b?e?s?t?.{0,9}?(?:\s+b?e?r?i?c?h?t?)?)?\s*\Z", re.IGNORECASE)
_FOOTER_HEAD = re.compile(r"\s+4\.?4?\Z")
_UNCONFIRMED = re.compile(r"\s*\bunbest(?:ä|ae|Ä)tigter\s+bericht\b.*\Z", re.IGNORECASE | re.DOTALL)
_SHORTENED = re.compile(r"\b(?:unbest|mögl|chron|path|ventr|part)\.\Z")
_TRACE_ONLY = re.compile(r"\btrac(?:e|ing) only requested\b[. ]*", re.IGNORECASE)
_MACHINE_GERMAN = re.compile(r"lagetyp|typ\b|vorhof|qrs\(t\)|abnorm|infarkt|schrittmacher|rhythmus", re.IGNORECASE)


@dataclass(frozen=True)
class Body:
    """A report without its boilerplate: `text`, why nothing is left (`dropped`), whether it had been `cut`."""

    text: str
    dropped: str
    cut: bool


def body_of(report: str) -> Body:
    """Take footer, tail and the half end of a cut report away.

    `dropped` is "", "empty" or "trace only requested". A report that filled the field is `cut`: its last, perhaps
    half, sentence is taken away; where there are no sentences the last half word is, and the caller must not trust the
    statement that it belonged to.
    """
    raw = report
    text = _EDIT.sub("", raw)
    cut = len(text.rstrip("\r\n")) >= FIELD_LIMIT
    bare = _UNCONFIRMED.sub("", _FOOTER.sub("", text))
    bare = _FOOTER.sub("", bare)
    if cut and bare == text and _MACHINE_GERMAN.search(text):
        bare = _FOOTER_HEAD.sub("", text)
    if bare != text:
        cut = False  # only the footer was cut
    text = bare.strip()
    if _TRACE_ONLY.search(text):
        text = _TRACE_ONLY.sub("", text).strip(" .")
        if not text:
            return Body("", "trace only requested", False)
    if cut:
        text = _without_half(text)
    if not re.search(r"\w", text):
        return Body("", "empty", cut)
    return Body(text, "", cut)


def _without_half(text: str) -> str:
    """`text` without its half end: the sentence that was cut, or the last word where there are no sentences."""
    if re.search(r"[a-z)]{2}\.\Z", text) and not _SHORTENED.search(text.lower()):
        return text
    ends = [match.end() for match in re.finditer(r"[a-z0-9)]{3,}[.;](?=\s)", text)]
    sentences = re.search(r"\b(?:rhythm|ecg|with|waves|are|is)\b", text) is not None
    if sentences and ends:
        return text[: ends[-1]]
    return text.rsplit(None, 1)[0] if " " in text else ""
