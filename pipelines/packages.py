"""Brings dbt's packages: from the hub where it answers, else the project's own stand-in.

Example: python -m pipelines.packages
"""

from __future__ import annotations

import shutil
import socket
import subprocess
import sys
from pathlib import Path
from urllib.parse import urlsplit

from dbt.clients.registry import DEFAULT_REGISTRY_BASE_URL

ROOT = Path(__file__).resolve().parent.parent
PROBE_SECONDS = 2.0


def hub_answers(
    url: str | None = DEFAULT_REGISTRY_BASE_URL, seconds: float = PROBE_SECONDS
) -> bool:
    """Whether a connection to the package hub opens within `seconds`."""
    host = urlsplit(url or "").hostname or ""
    try:
        with socket.create_connection((host, 443), timeout=seconds):
            return True
    except OSError:
        return False


def install_stand_ins(root: Path = ROOT) -> list[str]:
    """Copy packages_local/* to dbt_packages/; the names copied."""
    names = []
    for package in sorted((root / "packages_local").iterdir()):
        if (package / "dbt_project.yml").exists():
            target = root / "dbt_packages" / package.name
            shutil.rmtree(target, ignore_errors=True)
            shutil.copytree(package, target)
            names.append(package.name)
    return names


def install_from_hub(root: Path = ROOT) -> bool:
    """Run `dbt deps`; False when it failed, with its last line on standard error."""
    dbt = Path(sys.executable).with_name("dbt")
    done = subprocess.run(
        [str(dbt), "--quiet", "deps"], cwd=root, capture_output=True, text=True, check=False
    )
    if done.returncode:
        lines = (done.stdout + done.stderr).strip().splitlines()
        print("dbt deps failed: " + (lines[-1] if lines else "no message"), file=sys.stderr)
    return done.returncode == 0


def main() -> int:
    """Install the packages and say in one line where they came from."""
    if hub_answers() and install_from_hub():
        print("dbt packages: from the hub, as packages.yml declares them")
        return 0
    names = ", ".join(install_stand_ins())
    print(f"dbt packages: the hub does not answer; the project's own {names} stands in")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
