"""The last touch to English statements: word order, plurals, and lists under one head."""

import re

_DESCRIPTION = re.compile(
    r"(?:(?:slight|minimal|marked|flat|flattened|inverted|biphasic|tall|peaked|terminal|deep|low|high|nonspecific|abnormal"
    r"|widespread|diffuse|possible|probable|suspected|definite|old|acute|recent|horizontal|upsloping|downsloping|small"
    r"|prolonged|absent|poor|delayed|reduced) )+(?=\w)"
)
_PLACE = r"(?:high )?[a-z]+(?:al|ior)"
_IS_PLACE = re.compile(rf"{_PLACE}(?: and {_PLACE})?")
_HEAD = r"(?:.*\b(?:probably|possibly|consistent with|caused by) )"
_OF_PLACE = re.compile(
    rf"(?P<head>{_HEAD}?)(?P<places>{_PLACE}(?:(?:, {_PLACE})* and {_PLACE})?) (?P<thing>[a-z][^,()]*)"
)
_DOUBTFUL = re.compile(_HEAD)
_LEAD = r"(?:I{1,3}|aV[RLF]|V[1-9])"
_MANY = re.compile(rf"\b([PQRSTU]) wave(?= (?:in|over) {_LEAD}(?:-V\d|, {_LEAD}| and {_LEAD}))")
_AGED = re.compile(r"\b((?:[a-z]+(?:al|ior) and )?[a-z]+(?:al|ior)) (old|acute|subacute|recent) infarct")
_OPENING = re.compile(r"(?:probably|possibly) (?!.*(?:ECG|\bnormal\b|\b(?:due|caused)\b))(?=[a-zA-Z])")


def before_noun(word: str, text: str) -> str:
    """`word` put before `text`; a place goes behind its describing words ("slight apical ST depression")."""
    description = _DESCRIPTION.match(text)
    if description and _IS_PLACE.fullmatch(word):
        return f"{description.group()}{word} {text[description.end() :]}"
    return f"{word} {text}"


def tidy(text: str) -> str:
    """One statement in usual English.

    "infero- posterior" is joined, the age of an infarct goes before its place, "T wave in V1-V3" becomes "T waves",
    a statement that begins with "probably" names a "probable" thing, three lead groups are listed with commas.
    """
    text = re.sub(r"\b(atrial|in) \1\b", r"\1", text)
    text = re.sub(r"\b(infero|antero|postero|subendo)- (?=\w)", r"\1", text)
    text = _AGED.sub(r"\2 \1 infarct", text)
    text = _MANY.sub(r"\1 waves", text)
    if _OPENING.match(text):
        text = text.replace("ly ", "le ", 1)
    if text.count(" and ") > 1:
        text = re.sub(rf"\b({_PLACE}) and (?={_PLACE} and {_PLACE} leads\b)", r"\1, ", text)
    return text


def merged(statements: list[str]) -> list[str]:
    """`statements` with those that repeat only the place joined to the one whose head governs them.

    "probably anterior ischaemia", "inferior ischaemia" become "probably anterior and inferior ischaemia": the doubt is
    said once and holds for both.
    """
    out: list[str] = []
    for statement in statements:
        before = _OF_PLACE.fullmatch(out[-1]) if out and _DOUBTFUL.match(out[-1]) else None
        now = re.fullmatch(rf"({_PLACE}) ([a-z][^,()]*)", statement) if before else None
        if before and now and now.group(2) == before["thing"]:
            places = before["places"].replace(" and ", ", ") + " and " + now.group(1)
            out[-1] = f"{before['head']}{places} {before['thing']}"
        elif statement.startswith("AV conduction") and out and re.search(r"\d:\d$", out[-1]):
            out[-1] += " " + statement  # "with 3:1 AV conduction"
        else:
            out.append(statement)
    return out
