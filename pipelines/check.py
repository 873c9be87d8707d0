"""Checks what people write: connections.yml, mappings, code lists, decisions on identity.

Example: make check
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import yaml

from pipelines import connections, decisions, quarantine, survivorship, systems
from pipelines.errors import IngestError
from pipelines.macros import MacroError, Macros

ROOT = Path(__file__).resolve().parent.parent
SOURCE = re.compile(r"source\(\s*['\"]bronze_(\w+)['\"]\s*,\s*['\"](\w+)['\"]")
REF = re.compile(r"ref\(\s*['\"](\w+)['\"]")


def main(root: Path = ROOT) -> int:
    """Print every mistake with its file; the exit code (1 when there is any)."""
    problems = list(mistakes(root))
    for problem in problems:
        print(problem)
    print(
        f"{len(problems)} mistakes" if problems else "connections, mappings and streams: all well"
    )
    return 1 if problems else 0


def mistakes(root: Path = ROOT) -> Iterator[str]:
    """Every mistake as "file: sentence"."""
    project = Project(root)
    yield from project.connection_mistakes()
    yield from project.stream_mistakes()
    yield from project.code_mistakes()
    yield from project.mapping_mistakes()
    yield from project.matching_mistakes()
    yield from project.override_mistakes()
    yield from project.union_mistakes()
    yield from project.decision_mistakes()
    yield from project.quarantine_mistakes()
    yield from project.survivorship_mistakes()


class StagingModel:
    """One staging model: its SQL, and its YAML as dbt's graph would hold it."""

    def __init__(self, sql: Path, node: dict[str, Any]) -> None:
        self.path = sql
        self.name = sql.stem
        self.sql = sql.read_text()
        self.sources = SOURCE.findall(self.sql)
        self.refs = REF.findall(self.sql)
        self.node = node
        depends = {"nodes": [f"model.{ref}" for ref in self.refs]}
        node.update(resource_type="model", unique_id=f"model.{self.name}", depends_on=depends)


class Project:
    """The files of the project that people write."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.staging = root / "dbt_project/models/staging"
        self.declared = _parsed((root / "dbt_project.yml").read_text())
        silver = list(_yaml_models(root / "dbt_project/models/silver"))
        self.records = [node for node in silver if node["name"].endswith("_records")]
        self.matched = [node for node in silver if node["config"]["meta"].get("matching")]
        self.models = self._staging_models()

    def _staging_models(self) -> dict[str, StagingModel]:
        nodes = {node["name"]: node for node in _yaml_models(self.staging)}
        files = sorted(self.staging.rglob("stg_*.sql"))
        found = {}
        for file in files:
            node = nodes.get(file.stem, {"name": file.stem, "config": {}})
            found[file.stem] = StagingModel(file, node)
        return found

    def _name(self, path: Path) -> str:
        return str(path.relative_to(self.root))

    def connection_mistakes(self) -> Iterator[str]:
        """connections.yml cannot be read, or names a system or a stream that is not there."""
        path = self.root / "connections.yml"
        try:
            declared = connections.load(path)
        except IngestError as error:
            yield f"connections.yml: {error}"
            return
        for connection in declared.values():
            if connection.system not in systems.names():
                known = ", ".join(systems.names())
                yield (
                    f"connections.yml: {connection.name}: no system '{connection.system}'; "
                    f"known: {known}"
                )
                continue
            names = {stream.name for stream in systems.load(connection.system).STREAMS}
            for stream in sorted(set(connection.streams or ()) - names):
                yield f"connections.yml: {connection.name}: {connection.system} has no '{stream}'"

    def stream_mistakes(self) -> Iterator[str]:
        """A stream is read, declared as a source and staged, or says why it is not staged."""
        for system, module in systems.discover().items():
            path = self.staging / system / f"_{system}__sources.yml"
            if not path.exists():
                yield f"{self._name(path)}: missing, though pipelines/systems/{system}.py is there"
                continue
            yield from self._compare_streams(system, module.STREAMS, path)
        for folder in sorted(self.staging.iterdir()):
            if folder.is_dir() and folder.name not in systems.names():
                yield f"{self._name(folder)}: no pipelines/systems/{folder.name}.py reads it"

    def _compare_streams(self, system: str, streams: list[Any], path: Path) -> Iterator[str]:
        sources = (_parsed(path.read_text()) or {}).get("sources", [])
        tables = {
            t["name"] for s in sources if s["name"] == f"bronze_{system}" for t in s["tables"]
        }
        reading = f"pipelines/systems/{system}.py"
        staged = {stream for m in self.models.values() for s, stream in m.sources if s == system}
        for stream in streams:
            if stream.name not in tables:
                yield f"{self._name(path)}: lacks the stream '{stream.name}' of {reading}"
            if stream.name not in staged and not stream.unmapped:
                yield (
                    f"{reading}: '{stream.name}' is read and no staging model uses it: "
                    "map it, or say why not (unmapped=…)"
                )
            if stream.name in staged and stream.unmapped:
                yield f"{reading}: '{stream.name}' says why it is not mapped, and it is"
        names = {stream.name for stream in streams}
        for table in sorted(tables - names):
            yield f"{self._name(path)}: '{table}' is not a stream of {reading}"
        for stream in sorted(staged - tables):
            yield f"{self._name(path)}: '{stream}' is staged and not declared"

    def code_mistakes(self) -> Iterator[str]:
        """A code list says two things about one code, or a row of it is incomplete."""
        for path in sorted((self.root / "seeds/codes").glob("codes_*.csv")):
            seen: dict[tuple[str, str], str] = {}
            with path.open(newline="", encoding="utf-8") as lines:
                for number, row in enumerate(csv.DictReader(lines), 2):
                    key = (row["code_list"], row["source_code"].lower())
                    if not all((row["code_list"], row["source_code"], row["code"])):
                        yield f"{self._name(path)}:{number}: a row needs list, source_code and code"
                    elif key in seen:
                        yield f"{self._name(path)}:{number}: {key[0]} has '{key[1]}' twice"
                    seen[key] = row["code"]

    def _code_lists(self, model: StagingModel) -> set[str]:
        found = set()
        for ref in model.refs:
            path = self.root / f"seeds/codes/{ref}.csv"
            if path.exists():
                with path.open(newline="", encoding="utf-8") as lines:
                    found |= {row["code_list"] for row in csv.DictReader(lines)}
        return found

    def mapping_mistakes(self) -> Iterator[str]:
        """What the mapping macros refuse, entry by entry, and code lists that do not exist."""
        macros = self._macros()
        for model in self.models.values():
            messages = list(self._entry_messages(macros, model)) or list(_rendered(macros, model))
            messages += self._code_list_messages(model)
            yield from (f"{self._name(model.path)}: {message}" for message in messages)

    def _macros(self) -> Macros:
        nodes = [*self.records, *(model.node for model in self.models.values())]
        for node in self.records:
            node.setdefault("resource_type", "model")
        return Macros(
            self.root / "macros",
            graph={"nodes": {f"model.goldpan.{node['name']}": node for node in nodes}},
            model={},
            var=self._var,
            ref=_Relation,
            source=lambda source, table: _Relation(table, source),
        )

    def matching_mistakes(self) -> Iterator[str]:
        """A matching plan that could not be executed as written."""
        macros = Macros(self.root / "macros")
        for model in self.matched:
            for name, plan in model["config"]["meta"]["matching"].items():
                try:
                    macros.call("check_match_plan", name, plan)
                except MacroError as error:
                    yield f"{model['name']}: {error}"

    def _var(self, name: str, default: Any = None) -> Any:
        return self.declared.get("vars", {}).get(name, default)

    def _entry_messages(self, macros: Macros, model: StagingModel) -> Iterator[str]:
        meta = model.node["config"].get("meta", {})
        try:
            columns = macros.call("entity_columns", meta.get("entity"), model.name)
            taken = self._parent_columns(macros, model)
        except MacroError as error:
            yield str(error)
            return
        for entry in meta.get("mapping", []):
            try:
                macros.call("check_mapping_entry", entry, columns, taken, model.name)
            except MacroError as error:
                yield str(error)

    def _parent_columns(self, macros: Macros, model: StagingModel) -> list[str] | None:
        parents = [self.models[ref] for ref in model.refs if ref in self.models]
        return macros.call("parent_columns", parents[0].node) if parents else None

    def _code_list_messages(self, model: StagingModel) -> list[str]:
        known = self._code_lists(model)
        entries = model.node["config"].get("meta", {}).get("mapping", [])
        return [
            f"{entry.get('target')}: no code list '{entry['codes']}' in {', '.join(model.refs)}"
            for entry in entries
            if isinstance(entry, dict) and entry.get("codes") and entry["codes"] not in known
        ]

    def override_mistakes(self) -> Iterator[str]:
        """mapping_overrides names a connection that is not there."""
        overrides = self._var("mapping_overrides") or {}
        if not overrides:
            return
        try:
            known = connections.load(self.root / "connections.yml")
        except IngestError:
            return
        for name in sorted(set(overrides) - set(known)):
            yield (
                f"dbt_project.yml: mapping_overrides names the connection '{name}'; "
                f"known: {', '.join(known)}"
            )

    def union_mistakes(self) -> Iterator[str]:
        """A staging model reaches nobody unless its entity's records model reads it.

        A parent whose rows are made by a child of the same entity need not be read itself.
        """
        silver = self.root / "dbt_project/models/silver"
        parents = {
            ref
            for model in self.models.values()
            for ref in model.refs
            if ref in self.models and _entity(self.models[ref].node) == _entity(model.node)
        }
        for records in self.records:
            entity, name = _entity(records), records["name"]
            texts = [file.read_text() for file in silver.rglob(f"{name}.sql")]
            read = {ref for text in texts for ref in REF.findall(text)} | parents
            for model in self.models.values():
                if _entity(model.node) == entity and model.name not in read:
                    yield f"{self._name(model.path)}: {name} does not read it"

    def decision_mistakes(self) -> Iterator[str]:
        """A line of must_match, never_match or accepted_clusters cannot be carried out."""
        folder = self.root / "seeds/identity"
        for mistake in decisions.mistakes(folder, decisions.known_keys(folder)):
            yield f"{self._name(folder)}/{mistake}"

    def quarantine_mistakes(self) -> Iterator[str]:
        """A line of quarantine_decisions cannot be carried out."""
        folder = self.root / "seeds/rules"
        for mistake in quarantine.mistakes(folder):
            yield f"{self._name(folder)}/{mistake}"

    def survivorship_mistakes(self) -> Iterator[str]:
        """A line of survivorship_rules, source_priorities or survivorship_decisions is no use."""
        folder = self.root / "seeds/identity"
        try:
            declared = connections.load(self.root / "connections.yml")
            known = self.survivorship_known(declared)
        except (IngestError, MacroError):
            return  # told by connection_mistakes or mapping_mistakes
        for mistake in survivorship.mistakes(folder, known):
            yield f"{self._name(folder)}/{mistake}"

    def survivorship_known(self, declared: dict[str, Any]) -> survivorship.Known:
        """What the lines of the survivorship seeds may name. Raises MacroError."""
        macros = self._macros()
        words = macros.call("survivorship_vocabulary")
        entities = {_entity(node): node["config"]["meta"] for node in self.records}
        return survivorship.Known(
            units={
                name: self._kinds(macros, name)
                for name, meta in entities.items()
                if name and "golden_references" in meta
            },
            entities=[name for name in entities if name],
            rules=words["rules"],
            steps=words["steps"],
            connections={c.name: c.system for c in declared.values()},
            systems=systems.names(),
        )

    def _kinds(self, macros: Macros, entity: str) -> dict[str, str]:
        fields = macros.call("golden_fields", entity, entity)
        units = macros.call("survival_units", fields, macros.call("field_groups", entity))
        return {
            unit: macros.call("data_type_kind", fields[names[0]]) if len(names) == 1 else "group"
            for unit, names in units.items()
        }


class _Relation:
    """What ref and source give: a name in a schema."""

    def __init__(self, identifier: str, schema: str = "staging") -> None:
        self.identifier = identifier
        self.schema = schema

    def __str__(self) -> str:
        return f"{self.schema}.{self.identifier}"


def _rendered(macros: Macros, model: StagingModel) -> Iterator[str]:
    macros.given["model"].clear()
    macros.given["model"].update(model.node)
    try:
        macros.render(model.sql)
    except MacroError as error:
        yield str(error)


def _parsed(text: str) -> Any:
    return yaml.load(text, Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader))


def _entity(node: dict[str, Any]) -> str | None:
    return node["config"].get("meta", {}).get("entity")


def _yaml_models(folder: Path) -> Iterator[dict[str, Any]]:
    for path in sorted(folder.rglob("*.yml")):
        for model in (_parsed(path.read_text()) or {}).get("models", []):
            node = {**model, "config": model.get("config", {}), "alias": None}
            node["columns"] = {column["name"]: column for column in model.get("columns", [])}
            if _entity(node) or model["name"].startswith("stg_"):
                yield node


if __name__ == "__main__":
    raise SystemExit(main())
