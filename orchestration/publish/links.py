"""Which version readers see: one link, `published/current`, switched by rename."""

from __future__ import annotations

from orchestration.errors import UserError
from orchestration.files import fsync_path, read_json, remove_all, switch_link
from orchestration.publish.versions import (
    MANIFEST_FILE,
    MARTS_FILE,
    PARQUET_FOLDER,
    PAY_FILE,
    list_versions,
    versions_dir,
)
from orchestration.settings import Settings

CURRENT = "current"
FIXED = (MARTS_FILE, PAY_FILE, PARQUET_FOLDER, MANIFEST_FILE)


def current_version(settings: Settings) -> str | None:
    """Run id of the version readers see; None before the first publish."""
    link = settings.published_dir / CURRENT
    try:
        run_id = link.readlink().name
    except OSError:
        return None
    return run_id if (versions_dir(settings) / run_id / MANIFEST_FILE).is_file() else None


def current_manifest(settings: Settings) -> dict[str, object] | None:
    """Manifest of the version readers see; None before the first publish."""
    manifest = read_json(settings.published_dir / CURRENT / MANIFEST_FILE)
    return manifest if isinstance(manifest, dict) else None


def pay_run(settings: Settings) -> str | None:
    """Run whose pay data readers see; older than the version where later ones were refused."""
    current, manifest = current_version(settings), current_manifest(settings) or {}
    if current is None:
        return None
    pay = manifest.get("compensation")
    return pay.get("run_id") if isinstance(pay, dict) else current


def switch_to(settings: Settings, run_id: str) -> None:
    """Let readers see a version: those that open a file from now on; open ones keep theirs."""
    switch_link(settings.published_dir / CURRENT, f"versions/{run_id}")
    for name in FIXED:
        link = settings.published_dir / name
        if not link.is_symlink():
            switch_link(link, f"{CURRENT}/{name}")
    fsync_path(settings.published_dir)


def roll_back(settings: Settings) -> tuple[str, str]:
    """Switch one version back; called again, one further.

    Returns:
        run ids: from, to.

    Raises:
        UserError: nothing is published, or no older version is kept.
    """
    current = current_version(settings)
    if current is None:
        raise UserError(f"nothing is published under {settings.published_dir}")
    older = [run_id for run_id in list_versions(settings) if run_id < current]
    if not older:
        raise UserError(
            f"{current} is the oldest version that is kept; "
            "PERENNIAL_KEEP_VERSIONS says how many stay"
        )
    switch_to(settings, older[-1])
    return current, older[-1]


def remove_stray_links(settings: Settings) -> None:
    """Remove links that a killed switch left aside."""
    if settings.published_dir.is_dir():
        remove_all(path for path in settings.published_dir.iterdir() if path.name.startswith("."))
