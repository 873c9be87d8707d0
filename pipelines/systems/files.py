"""Files that people drop into a folder or a bucket: CSV, Excel, JSON lines, Parquet.

The stream ``files`` has a record for each content (SHA-256), so a file is read once however often
it is dropped; every layout of files.yml is a stream of its own. A file says nothing about deleted
rows. Settings: ``folder`` (any fsspec address, default ``inbox``), ``timezone``, ``date_order``.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import fsspec
import msgspec
from msgspec import Raw

from pipelines.api import Api
from pipelines.connections import PROJECT
from pipelines.layouts import Layout, Match, Table, controls, layouts, nearest, recognise, table
from pipelines.sheets import Sheet, UnreadableError, is_readable_name, sheets
from pipelines.stream import Deletes, FanOut, Page, Stream, System, Window

SYSTEM = System(
    name="files",
    concurrency=1,
    settings=("folder", "timezone", "date_order"),
    secrets=("storage_options",),
)
encode = msgspec.json.encode


class Folder:
    """The connection's folder; ``seen`` maps a path to [size, modified, sha256]."""

    def __init__(self, api: Api, seen: dict[str, list[Any]]) -> None:
        options = json.loads(api.connection.secret("storage_options", default="{}"))
        address = str(api.connection.setting("folder", "inbox"))
        if "://" not in address:
            address = str(PROJECT / address)
        self.files, self.root = fsspec.core.url_to_fs(address, **options)
        self.seen = seen
        self.paths: dict[str, str] = {}

    def scan(self) -> Iterator[tuple[str, bytes, dict[str, Any]]]:
        """(path, content, facts) of each file whose content is new; fills ``paths`` for all."""
        found = self.files.find(self.root, detail=True) if self.files.exists(self.root) else {}
        # An export that was saved later holds the newer versions.
        for path, info in sorted(found.items(), key=lambda one: (_saved(one[1]), one[0])):
            if not is_readable_name(path):
                continue
            stamp = [info.get("size"), _saved(info)]
            before = self.seen.get(path)
            if before and before[:2] == stamp:
                self.paths[before[2]] = path
                continue
            content = self.files.cat_file(path)
            if len(content) != info.get("size", len(content)):
                continue  # still being written: the next run reads it
            digest = hashlib.sha256(content).hexdigest()
            self.seen[path] = [*stamp, digest]
            if digest not in self.paths:
                self.paths[digest] = path
                yield path, content, _facts(self.root, path, info, digest)


def _saved(info: dict[str, Any]) -> str:
    return str(info.get("mtime") or info.get("LastModified") or "")


def _facts(root: str, path: str, info: dict[str, Any], digest: str) -> dict[str, Any]:
    modified = info.get("mtime") or info.get("LastModified")
    if isinstance(modified, int | float):
        modified = datetime.fromtimestamp(modified, UTC)
    return {
        "sha256": digest,
        "name": path.removeprefix(root).lstrip("/"),
        "size": info.get("size"),
        "modified": modified.isoformat() if isinstance(modified, datetime) else None,
    }


def read_files(api: Api, window: Window) -> Iterator[Page]:
    """A record for each new content: name, size, layout, header, titles, totals, rows, keys."""
    folder = Folder(api, window.state.setdefault("seen", {}))
    api.shared["folder"] = folder
    for path, content, facts in folder.scan():
        request_id = api.log("READ", path, records=1, bytes=len(content), status=200)
        page = Page(records=[], body={}, request_id=request_id)
        try:
            made = [
                (sheet, match, _table(api, sheet, match))
                for sheet, match in recognised(facts["name"], content)
            ]
            facts["sheets"] = [_described(*one) for one in made]
            facts["controls"] = [control for one in made for control in _controls(facts, *one)]
        except UnreadableError as error:
            facts["sheets"], facts["error"] = [], str(error)
            page.rejects.append((str(error), facts["name"]))
        page.records.append(Raw(encode(facts)))
        yield page


def recognised(name: str, content: bytes) -> list[tuple[Sheet, Match]]:
    """The sheets of a file whose layout is known. Raises UnreadableError when there is none."""
    first: list[Sheet] = []
    for attempt in sheets(name, content):
        first = first or attempt
        found = [(sheet, match) for sheet in attempt if (match := recognise(sheet.rows))]
        if found:
            return found
    rows = max((sheet.rows for sheet in first), key=len, default=[])
    raise UnreadableError(f"no known layout has the columns of {name}; {nearest(rows)}")


def _controls(
    facts: dict[str, Any], sheet: Sheet, match: Match, made: Table
) -> Iterator[dict[str, Any]]:
    """What a sheet says of itself, the keys of its rows with their stream."""
    for control in controls(match, made):
        parts = (f"{facts['name']} ({facts['sha256'][:8]})", sheet.name, control["column"])
        rows = [row | {"key": f"{match.layout.name}/{row['key']}"} for row in control["rows"]]
        yield {"name": ", ".join(filter(None, parts)), **control, "rows": rows}


def _described(sheet: Sheet, match: Match, made: Table) -> dict[str, Any]:
    return {
        "sheet": sheet.name,
        "layout": match.layout.name,
        "header": match.columns,
        "titles": [row for row in sheet.rows[: match.header] if any(row)],
        "totals": made.totals,
        "rows": made.rows,
        "records": len(made.records),
        "date_orders": made.date_orders,
    }


def _table(api: Api, sheet: Sheet, match: Match) -> Table:
    zone = api.connection.setting("timezone", "UTC")
    return table(match, sheet.rows, zone, api.connection.setting("date_order", "") or None)


def rows_of(layout: Layout) -> Stream:
    """The stream of one layout's records, read from the files that have it."""

    def read(api: Api, window: Window) -> Iterator[Page]:
        path, content, facts = _content(api, str(window.parent))
        for sheet, match in recognised(facts["name"], content):
            if match.layout.name != layout.name:
                continue
            made = _table(api, sheet, match)
            request_id = api.log("READ", path, records=len(made.records), status=200)
            name = {"name": facts["name"], "sheet": sheet.name, "modified": facts["modified"]}
            records = [
                Raw(encode(record | {"_file": name | {"row": record.pop("_row", None)}}))
                for record in made.records
            ]
            rejects = [(reason, json.dumps(cells)) for reason, cells in made.rejected]
            yield Page(records=records, body={}, request_id=request_id, rejects=rejects)

    def has_layout(file: dict[str, Any]) -> bool:
        return any(sheet["layout"] == layout.name for sheet in file.get("sheets", ()))

    return Stream(
        name=layout.name,
        key="_key",
        changed="_file.modified",
        fan_out=FanOut(stream="files", changed_only=True, where=has_layout),
        deletes=Deletes.UNKNOWABLE,
        deletes_note="a row missing from a later export may just be outside its filter",
        volatile=("_file",),
        read=read,
    )


def _content(api: Api, digest: str) -> tuple[str, bytes, dict[str, Any]]:
    folder = api.shared.get("folder")
    if folder is None or digest not in folder.paths:
        folder = api.shared["folder"] = Folder(api, {})
        for _ in folder.scan():
            pass
    path = folder.paths.get(digest)
    if path is None:
        raise UnreadableError(
            f"the file with SHA-256 {digest[:12]} is gone from {folder.root} before it was read"
        )
    content = folder.files.cat_file(path)
    return path, content, _facts(folder.root, path, folder.files.info(path), digest)


STREAMS = [
    Stream(
        name="files",
        key="sha256",
        changed="modified",
        incremental=True,
        deletes=Deletes.UNKNOWABLE,
        deletes_note="a file that is taken away leaves its records",
        read=read_files,
    ),
    *(rows_of(layout) for layout in layouts().values()),
]
