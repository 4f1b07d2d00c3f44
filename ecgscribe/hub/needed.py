"""Which files of the package a door needs: the imports are followed, nothing is run."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

PACKAGE = "ecgscribe"
# What these import inside their functions is work that a Space never does: other commands, drawing new examples.
_IDLE_FUNCTIONS = ("ecgscribe/cli/*.py", "ecgscribe/app/examples.py")
_BUSY = ("ecgscribe/cli/app.py", "ecgscribe/cli/main.py")


def needed_files(root: Path, door: str = "app.py", busy: tuple[str, ...] = _BUSY) -> list[str]:
    """Names relative to `root`, sorted: all that `door` imports, at the top or inside functions, and data beside it.

    Imports inside functions are followed except in `_IDLE_FUNCTIONS` that are not `busy`.
    """
    found: set[Path] = set()
    waiting = [root / door]
    while waiting:
        path = waiting.pop()
        if path in found:
            continue
        found.add(path)
        name = path.relative_to(root)
        idle = any(name.match(pattern) for pattern in _IDLE_FUNCTIONS) and name.as_posix() not in busy
        tree = ast.parse(path.read_text(encoding="utf-8"))
        for module in _imported(tree, name.parts[:-1], into_functions=not idle):
            waiting += _files_of(root, module)
    folders = {path.parent for path in found if path.parent != root}
    data = {path for folder in folders for path in folder.iterdir() if path.is_file() and _is_data(path)}
    return sorted(path.relative_to(root).as_posix() for path in found | data)


def _is_data(path: Path) -> bool:
    return path.suffix not in (".py", ".pyc", ".pyi", ".part") and not path.name.startswith(".")


def _imported(tree: ast.AST, folder: tuple[str, ...], into_functions: bool) -> Iterator[str]:
    """Dotted names of ours that a file of `folder` imports: modules, and what may be a module of a room."""
    waiting = [tree]
    while waiting:
        node = waiting.pop()
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda) and not into_functions:
            continue
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names if alias.name.split(".")[0] == PACKAGE)
        elif isinstance(node, ast.ImportFrom):
            above = folder[: len(folder) + 1 - node.level] if node.level else ()
            module = ".".join([*above, *([node.module] if node.module else [])])
            if module.split(".")[0] == PACKAGE:
                yield module
                yield from (f"{module}.{alias.name}" for alias in node.names)
        waiting.extend(ast.iter_child_nodes(node))


def _files_of(root: Path, module: str) -> list[Path]:
    """The module's file and the __init__ files above it; a name that is no module gives only the latter."""
    parts = module.split(".")
    files = [root.joinpath(*parts[:depth], "__init__.py") for depth in range(1, len(parts) + 1)]
    files.append(root.joinpath(*parts).with_suffix(".py"))
    return [path for path in files if path.is_file()]
