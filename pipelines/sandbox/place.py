"""Where the sandbox is and how it is reached, without loading the vendors that it plays."""

import json
import os
from pathlib import Path
from typing import Any

HOST = "sandbox.control"  # of the control API


def default_folder() -> Path:
    """``.goldpan/sandbox`` in the project, or GOLDPAN_SANDBOX."""
    project = Path(__file__).resolve().parents[2]
    return Path(os.environ.get("GOLDPAN_SANDBOX", project / ".goldpan" / "sandbox"))


def credentials(folder: Path, system: str) -> dict[str, Any]:
    """Settings and secrets with which a connector reaches a stand-in. Raises ValueError."""
    file = _file(folder, system)
    if file.exists():
        found: dict[str, Any] = json.loads(file.read_text())
        return found
    from pipelines.sandbox.state import State

    return State(folder).credentials(system)


def put_credentials(folder: Path, system: str, found: dict[str, Any]) -> None:
    """Lay a stand-in's settings and secrets where ``credentials`` finds them."""
    file = _file(folder, system)
    file.parent.mkdir(exist_ok=True)
    temporary = file.with_suffix(f".{os.getpid()}")
    temporary.touch(mode=0o600)
    temporary.write_text(json.dumps(found))
    temporary.replace(file)


def _file(folder: Path, system: str) -> Path:
    return folder / "credentials" / f"{system}.json"
