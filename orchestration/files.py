"""Files that survive a crash: written aside, synced, then renamed into place."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Iterable
from pathlib import Path
from typing import Any

PRIVATE_UMASK = 0o077


def make_private() -> None:
    """Let everything this process creates be readable by its owner alone."""
    os.umask(PRIVATE_UMASK)


def fsync_path(path: Path) -> None:
    """Bring a file's content, or a folder's list of names, to the disk."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def fsync_tree(folder: Path) -> None:
    """Sync every file and folder below a folder, then the folder itself."""
    for path in sorted(folder.rglob("*")):
        if not path.is_symlink():
            fsync_path(path)
    fsync_path(folder)


def write_json(path: Path, content: Any) -> None:
    """Write JSON so that a reader sees the old or the new file, never half of one."""
    path.parent.mkdir(parents=True, exist_ok=True)
    aside = path.with_name(f".{path.name}.{os.getpid()}")
    with aside.open("w", encoding="utf-8") as file:
        json.dump(content, file, indent=2, sort_keys=False, default=_as_text)
        file.write("\n")
        file.flush()
        os.fsync(file.fileno())
    aside.replace(path)
    fsync_path(path.parent)


def read_json(path: Path) -> Any:
    """Read JSON; None where the file is absent or is not JSON (a disk that filled up)."""
    try:
        return json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None


def switch_link(link: Path, target: str) -> None:
    """Point a symbolic link to a target in one step.

    Args:
        link: the link; created where absent.
        target: text of the link, relative to the link's folder, so that the home can be moved.
    """
    aside = link.with_name(f".{link.name}.{os.getpid()}")
    aside.unlink(missing_ok=True)
    aside.symlink_to(target)
    aside.replace(link)
    fsync_path(link.parent)


def remove_all(paths: Iterable[Path]) -> None:
    """Remove files and folders; what is gone already is no error."""
    for path in paths:
        if path.is_dir() and not path.is_symlink():
            shutil.rmtree(path, ignore_errors=True)
        else:
            path.unlink(missing_ok=True)


def _as_text(value: Any) -> str:
    return value.isoformat() if hasattr(value, "isoformat") else str(value)
