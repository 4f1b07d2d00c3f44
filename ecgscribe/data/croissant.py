"""Croissant 1.0 metadata of a built folder: every parquet file with its SHA-256, one record set for each config.

Source of the vocabulary: MLCommons Croissant format specification 1.0, http://mlcommons.org/croissant/1.0.
"""

from __future__ import annotations

import json
from collections.abc import Iterable

from ecgscribe.data.licences import Licence
from ecgscribe.data.row import CONFIGS, FOLDERS, features

FILE = "croissant.json"
_CONTEXT = {
    "@language": "en",
    "@vocab": "https://schema.org/",
    "citeAs": "cr:citeAs",
    "column": "cr:column",
    "conformsTo": "dct:conformsTo",
    "cr": "http://mlcommons.org/croissant/",
    "data": {"@id": "cr:data", "@type": "@json"},
    "dataType": {"@id": "cr:dataType", "@type": "@vocab"},
    "dct": "http://purl.org/dc/terms/",
    "equivalentProperty": "cr:equivalentProperty",
    "examples": {"@id": "cr:examples", "@type": "@json"},
    "extract": "cr:extract",
    "field": "cr:field",
    "fileObject": "cr:fileObject",
    "fileProperty": "cr:fileProperty",
    "fileSet": "cr:fileSet",
    "format": "cr:format",
    "includes": "cr:includes",
    "isArray": "cr:isArray",
    "arrayShape": "cr:arrayShape",
    "isLiveDataset": "cr:isLiveDataset",
    "jsonPath": "cr:jsonPath",
    "key": "cr:key",
    "md5": "cr:md5",
    "parentField": "cr:parentField",
    "path": "cr:path",
    "rai": "http://mlcommons.org/croissant/RAI/",
    "recordSet": "cr:recordSet",
    "references": "cr:references",
    "regex": "cr:regex",
    "repeated": "cr:repeated",
    "replace": "cr:replace",
    "samplingRate": "cr:samplingRate",
    "sc": "https://schema.org/",
    "separator": "cr:separator",
    "source": "cr:source",
    "subField": "cr:subField",
    "transform": "cr:transform",
}
_TYPES = {"string": "sc:Text", "int64": "sc:Integer", "float32": "sc:Float", "int16": "sc:Integer"}
_WHAT = {
    "pages": "Clean 12-lead ECG pages with captions.",
    "photos": "Distorted pages of the same records.",
    "signals": "The twelve leads of the same records, microvolts.",
}


def croissant(shards: Iterable[tuple[str, str]], description: str, licences: Iterable[Licence], version: str) -> str:
    """The text of croissant.json; `shards` are (file name below the folder, SHA-256 in hex) of every parquet file."""
    shards = sorted(shards)
    configs = [c for c in CONFIGS if any(name.startswith(f"{FOLDERS[c]}/") for name, _ in shards)]
    licences = list(licences)
    content = {
        "@context": _CONTEXT,
        "@type": "sc:Dataset",
        "name": "ecg-pages-with-captions",
        "description": description,
        "conformsTo": "http://mlcommons.org/croissant/1.0",
        "license": [licence.address for licence in licences if licence.address] or "other",
        "citeAs": " ".join(licence.citation for licence in licences),
        "url": "https://huggingface.co/datasets",
        "version": version,
        "distribution": [_file(name, digest) for name, digest in shards] + [_files(c) for c in configs],
        "recordSet": [_records(config) for config in configs],
    }
    return json.dumps(content, indent=1, ensure_ascii=False) + "\n"


def _file(name: str, digest: str) -> dict:
    return {
        "@type": "cr:FileObject",
        "@id": name,
        "name": name,
        "contentUrl": name,
        "encodingFormat": "application/x-parquet",
        "sha256": digest,
    }


def _files(config: str) -> dict:
    return {
        "@type": "cr:FileSet",
        "@id": f"{config}-files",
        "name": f"{config}-files",
        "encodingFormat": "application/x-parquet",
        "includes": f"{FOLDERS[config]}/*.parquet",
    }


def _records(config: str) -> dict:
    return {
        "@type": "cr:RecordSet",
        "@id": config,
        "name": config,
        "description": _WHAT[config],
        "field": [_split_field(config)] + [_field(config, name, kind) for name, kind in features(config).items()],
    }


def _split_field(config: str) -> dict:
    """train, validation or test: the beginning of the file's name."""
    return {
        "@type": "cr:Field",
        "@id": f"{config}/split",
        "name": "split",
        "dataType": "sc:Text",
        "source": {
            "fileSet": {"@id": f"{config}-files"},
            "extract": {"fileProperty": "filename"},
            "transform": {"regex": "^(train|validation|test)-.*$"},
        },
    }


def _field(config: str, name: str, kind) -> dict:
    """One column; lists of records become repeated fields with sub-fields."""
    field = {"@type": "cr:Field", "@id": f"{config}/{name}", "name": name}
    source = _source(config, name)
    if name == "image":
        return field | {"dataType": "sc:ImageObject", "source": source | {"transform": {"jsonPath": "bytes"}}}
    if name == "signal_uv":
        return field | {"dataType": "sc:Integer", "isArray": True, "arrayShape": "-1,12", "source": source}
    inner = getattr(kind, "feature", None)
    if inner is None:
        return field | {"dataType": _TYPES[kind.dtype], "source": source}
    if not isinstance(inner, dict):
        return field | {"dataType": _TYPES[inner.dtype], "repeated": True, "source": source}
    parts = [
        {
            "@type": "cr:Field",
            "@id": f"{config}/{name}/{part}",
            "name": part,
            "dataType": _TYPES[getattr(own, "feature", own).dtype],
            "source": source | {"transform": {"jsonPath": part}},
        }
        for part, own in inner.items()
    ]
    return field | {"repeated": True, "subField": parts}


def _source(config: str, column: str) -> dict:
    return {"fileSet": {"@id": f"{config}-files"}, "extract": {"column": column}}
