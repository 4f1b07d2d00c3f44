"""Places on the heart: "anteroseptolateral" and the like are made of parts in all three languages."""

import re

_FIRST = {
    "antero": "antero",
    "infero": "infero",
    "postero": "postero",
    "latero": "latero",
    "septo": "septo",
    "apiko": "apico",
    "apico": "apico",
    "baso": "baso",
    "dorso": "dorso",
    "hoch": "high ",
    "hoeg": "high ",
}
_LAST = {
    "anterior": "anterior",
    "inferior": "inferior",
    "posterior": "posterior",
    "lateral": "lateral",
    "septal": "septal",
    "apikal": "apical",
    "basal": "basal",
    "dorsal": "dorsal",
}
_PLACE = re.compile(rf"((?:{'|'.join(_FIRST)})*)({'|'.join(_LAST)})(?:er|es|en|em|e|s|t|a)?")
_PART = re.compile("|".join(_FIRST))


def place_of(key: str) -> str:
    """The English of a folded German or Swedish place adjective ("posterolateralem" -> "posterolateral"), or ""."""
    match = _PLACE.fullmatch(key)
    if match is None:
        return ""
    return "".join(_FIRST[part] for part in _PART.findall(match.group(1))) + _LAST[match.group(2)]
