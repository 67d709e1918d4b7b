"""What lies in the landing folder: which files are loads of which table."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

from orchestration.contract import Contract
from orchestration.landing.errors import LandingError

FORMATS = (".csv", ".parquet")
REFERENCE = "reference"
# Files people keep beside data; not worth a word.
_SILENT = ("readme", "readme.md", "readme.txt", "license", "_success")


@dataclass(frozen=True)
class LandedFile:
    """A file that is a load: `batch_name` is its file name in a folder of batches, else `whole`."""

    path: Path
    source_table: str
    batch_name: str
    is_batch: bool


@dataclass
class Landing:
    """What was found.

    Attributes:
        tables: files by source table, batches in order of name; [] for an empty folder.
        ambiguous: tables that lie there in more than one way, with the names found.
        references: file by seed name.
        warnings: what nobody can use.
    """

    tables: dict[str, list[LandedFile]] = field(default_factory=dict)
    ambiguous: dict[str, list[str]] = field(default_factory=dict)
    references: dict[str, Path] = field(default_factory=dict)
    warnings: list[str] = field(default_factory=list)


def discover(landing: Path, contract: Contract) -> Landing:
    """List the loads of a landing folder.

    Raises:
        LandingError: the folder is not there or cannot be read.
    """
    if not landing.is_dir():
        raise LandingError(
            f"The landing folder {landing} does not exist. "
            "Set PERENNIAL_LANDING to a folder with <source>/<table>.csv or .parquet."
        )
    found = Landing()
    sources = set(contract.sources)
    for entry in _entries(landing):
        name = entry.name.lower()
        if not entry.is_dir():
            _warn_about(found, entry, f"{entry.name} lies outside of a source's folder")
        elif name == REFERENCE:
            _references(found, entry)
        elif name in sources:
            _tables(found, entry, name, contract)
        else:
            found.warnings.append(
                f"Landing: nobody reads a source called {entry.name}; its files are left alone."
            )
    return found


def _entries(folder: Path) -> list[Path]:
    try:
        return sorted(entry for entry in folder.iterdir() if not entry.name.startswith("."))
    except OSError as error:
        raise LandingError(f"The landing folder {folder}: {error.strerror}") from None


def _tables(found: Landing, folder: Path, source: str, contract: Contract) -> None:
    forms: dict[str, list[Path]] = {}
    for entry in _entries(folder):
        if entry.is_dir():
            forms.setdefault(entry.name.lower(), []).append(entry)
        elif entry.suffix.lower() in FORMATS:
            forms.setdefault(entry.stem.lower(), []).append(entry)
        else:
            _warn_about(found, entry, f"{source}/{entry.name} is neither .csv nor .parquet")
    for table, paths in forms.items():
        source_table = f"{source}.{table}"
        if contract.table(source_table) is None:
            found.warnings.append(
                f"Landing: nobody reads a table called {source_table} ({paths[0].name}); "
                "it is left alone."
            )
        elif len(paths) > 1:
            found.ambiguous[source_table] = [path.name for path in paths]
        elif paths[0].is_dir():
            found.tables[source_table] = _batches(found, paths[0], source_table)
        else:
            found.tables[source_table] = [LandedFile(paths[0], source_table, "whole", False)]


def _batches(found: Landing, folder: Path, source_table: str) -> list[LandedFile]:
    batches = []
    for entry in _entries(folder):
        if entry.is_file() and entry.suffix.lower() in FORMATS:
            batches.append(LandedFile(entry, source_table, entry.name, True))
        else:
            _warn_about(
                found, entry, f"{entry.name} in the batches of {source_table} is no CSV or Parquet"
            )
    return batches


def _references(found: Landing, folder: Path) -> None:
    for entry in _entries(folder):
        if entry.is_file() and entry.suffix.lower() == ".csv":
            found.references[entry.stem.lower()] = entry
        else:
            _warn_about(found, entry, f"{REFERENCE}/{entry.name} is not a .csv file")


def _warn_about(found: Landing, entry: Path, what: str) -> None:
    if entry.name.lower() not in _SILENT:
        found.warnings.append(f"Landing: {what}; it is left alone.")
