"""What is no part of a report: machine footer, `Edit:` tails, empty reports, the half word of a cut one."""

import re
from dataclasses import dataclass

FIELD_LIMIT = 255
"""PTB-XL's report field ends here: a longer report was cut."""

_EDIT = re.compile(r"(?:\b|(?<=bericht))edit\s{0,3}:.*\Z", re.IGNORECASE | re.DOTALL)
_PROGRAM_VERSION = re.compile(r"(?<!\S)4\.46(?!\S)")
_FOOTER_WORDS = "unbestätigter bericht"
_FOOTER_HEAD = re.compile(r"(?<=\s)4\.?4?\Z")
_SHORTENED = re.compile(r"\b(?:unbest|mögl|chron|path|ventr|part)\.\Z")
_TRACE_ONLY = re.compile(r"\btrac(?:e|ing) only(?: requested)?\b[. ]*", re.IGNORECASE)
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
    text = _EDIT.sub("", report)
    cut = len(text.rstrip("\r\n")) >= FIELD_LIMIT
    bare = _without_footer(text)
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


def _without_footer(text: str) -> str:
    """`text` without "4.46", many blanks, "unbestätigter bericht", wherever the field limit cut that."""
    for match in reversed(list(_PROGRAM_VERSION.finditer(text))):
        rest = " ".join(text[match.end() :].lower().split())
        if _FOOTER_WORDS.startswith(rest):
            return text[: match.start()]
    whole = text.lower().rstrip()
    if whole.endswith(_FOOTER_WORDS):
        return text[: len(whole) - len(_FOOTER_WORDS)]
    if len(text) >= FIELD_LIMIT and _MACHINE_GERMAN.search(text):
        return _FOOTER_HEAD.sub("", text)
    return text


def _without_half(text: str) -> str:
    """`text` without its half end: the sentence that was cut, or the last word where there are no sentences."""
    if re.search(r"[a-z)]{2}\.\Z", text) and not _SHORTENED.search(text.lower()):
        return text
    ends = [match.end() for match in re.finditer(r"(?<=[a-z0-9)]{3})[.;](?=\s)|(?<=[,v-][1-6])[.;](?=\s)", text)]
    sentences = re.search(r"\b(?:rhythm|ecg|with|waves|are|is)\b", text) is not None
    if sentences and ends:
        return text[: ends[-1]]
    return text.rsplit(None, 1)[0] if " " in text else ""
