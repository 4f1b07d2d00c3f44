"""The processes that a process started, from /proc: tests end single ones of them."""

from pathlib import Path


def descendants(pid: int) -> dict[int, str]:
    """pid -> command line of every process below `pid`."""
    parents, names = {}, {}
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            state = (folder / "stat").read_text().rsplit(")", 1)[1].split()
            line = (folder / "cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace").strip()
        except OSError:  # it ended meanwhile
            continue
        parents[int(folder.name)], names[int(folder.name)] = int(state[1]), line
    found, new = {}, {pid}
    while new:
        new = {child for child, parent in parents.items() if parent in new}
        found.update({child: names[child] for child in new})
    return found
