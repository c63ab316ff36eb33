"""The rows of one build: registers, what is carried over, what was read, the choice, the stamp."""

from __future__ import annotations

from collections.abc import Generator, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from datetime import date, datetime
from importlib import resources
from pathlib import Path
from types import MappingProxyType

import duckdb
import pyarrow as pa

from etl.choose import Candidate, choose
from etl.form import load_forms
from etl.measure import load_measures
from etl.paths import BUILD_SUFFIX, County
from etl.report import ReportStatus
from etl.units import KINDS
from etl.warehouse.failure import BuildError, explained
from etl.warehouse.force import DRAFT
from etl.warehouse.inputs import Inputs
from etl.warehouse.intake import Intake, failed
from etl.warehouse.read import NO_EXTENSIONS, BuildStamp
from etl.warehouse.tables import REPORT_TABLES, report_tables, with_incoming

_BATCH = 250  # reports written at a time: some 50,000 facts, a few tens of MB
_HERE = Path(str(resources.files("etl.warehouse")))
_VIEWS = (_HERE / "marts", *(Path(str(resources.files(room))) / "marts" for room in ("etl.measure", "etl.score")))


@contextmanager
def draft(county: County) -> Generator[tuple[Path, duckdb.DuckDBPyConnection]]:
    """A new warehouse file with every table and no rows, closed again on leaving. One at a time: see only_builder."""
    path = county.warehouse / f"{DRAFT}{BUILD_SUFFIX}.tmp"  # a name that nobody takes for a build
    with explained(county.warehouse), closing(duckdb.connect(str(path), config=NO_EXTENSIONS)) as connection:
        create_tables(connection)
        yield path, connection
        connection.execute("CHECKPOINT")  # here it can fail loudly; on closing it could not


def create_tables(connection: duckdb.DuckDBPyConnection) -> None:
    """Every table of schema.sql, then every view under marts/."""
    connection.execute((_HERE / "schema.sql").read_text(encoding="utf-8"))
    create_marts(connection)


def create_marts(connection: duckdb.DuckDBPyConnection) -> None:
    """Every view under marts/, of the measures and of the scores, one a file; a view that stands on another waits for it.

    Raises BuildError.
    """
    waiting = sorted(path for folder in _VIEWS for path in folder.glob("*.sql"))
    while waiting:
        refused: dict[Path, duckdb.Error] = {}
        for path in waiting:
            try:
                connection.execute(path.read_text(encoding="utf-8"))
            except duckdb.CatalogException as error:
                refused[path] = error
        if len(refused) == len(waiting):
            path, error = next(iter(refused.items()))
            raise BuildError(f"视图 {path.name} 建不起来：它用到的表或视图不存在（{error}）。请检查 marts/ 里的文件。")
        waiting = list(refused)


def add_registers(connection: duckdb.DuckDBPyConnection, inputs: Inputs) -> None:
    """Units, years, events, deadlines, the form in every edition, and the metric dictionary."""
    add_measures(connection)
    _insert(
        connection,
        "unit",
        [
            {
                "unit_id": unit.unit_id, "position": position, "code": unit.code, "name": unit.name,
                "aliases": list(unit.aliases), "kind": unit.kind, "kind_label": KINDS[unit.kind], "group": unit.group,
                "valid_from": unit.valid_from, "valid_to": unit.valid_to, "merged_into": unit.merged_into,
                "is_due": unit.due,
            }
            for position, unit in enumerate(inputs.units, start=1)
        ],
    )  # fmt: skip
    years = {year.year: year for year in inputs.years}  # a year written twice: the last line holds
    _insert(
        connection,
        "collected_year",
        [{"year": year.year, "collected": year.collected, "note": year.note} for year in years.values()],
    )
    _insert(
        connection,
        "event",
        [{"happened_on": event.happened_on, "scope": event.scope, "text": event.text} for event in inputs.events],
    )
    _insert(
        connection,
        "deadline",
        [{"year": each.year, "target": each.target, "due_on": each.due_on} for each in inputs.deadlines],
    )
    _insert(
        connection,
        "form_cell",
        [
            {
                "form": edition, "cell": cell.id, "position": position, "table": cell.table, "row": cell.row,
                "column": cell.column, "table_label": cell.table_label, "group_label": cell.group_label,
                "row_label": cell.row_label, "column_label": cell.column_label, "unit": cell.unit,
                "clause": cell.clause, "is_total": cell.is_total,
                "is_comparable": all(other.cell(cell.id) is not None for other in load_forms().values()),
                "is_variant": cell.is_variant,
                "replaced_by": cell.replaced_by,
            }
            for edition, form in load_forms().items()
            for position, cell in enumerate(form.cells, start=1)
        ],
    )  # fmt: skip


def add_measures(connection: duckdb.DuckDBPyConnection) -> None:
    """The metric dictionary."""
    measures = load_measures()
    cells = {cell.id: cell for form in load_forms().values() for cell in form.cells}  # the newest edition holds
    printed = ("table", "row", "column", "table_label", "group_label", "row_label", "column_label", "clause")
    _insert(
        connection,
        "measure",
        [
            {
                "measure": each.id, "position": position, "kind": each.kind, "name": each.name, "unit": each.unit,
                "definition": each.definition, "formula": each.formula, "smallest_n": each.smallest_n,
                "editions": list(each.editions), "is_headline": each.is_headline, "topic": each.topic,
                **{name: getattr(cells.get(each.id), name, None) for name in printed},
            }
            for position, each in enumerate(measures.values(), start=1)
        ],
    )  # fmt: skip
    _insert(
        connection,
        "measure_term",
        [
            {"measure": each.id, "part": part, "item": item}
            for each in measures.values()
            for part, items in (("sum", each.cells or (each.id,)), ("of", each.of))
            for item in items
        ],
    )


def carry_over(connection: duckdb.DuckDBPyConnection, inputs: Inputs, last: BuildStamp | None) -> frozenset[int]:
    """Copy the rows of every file whose parse_key the last build holds, under the new ids; returns those ids."""
    if last is None:
        return frozenset()
    keys = [{"file_id": file_id, "parse_key": file.parse_key} for file_id, file in enumerate(inputs.files, start=1)]
    place = str(last.path).replace("'", "''")
    connection.execute(f"ATTACH '{place}' AS last (READ_ONLY)")
    try:
        with_incoming(connection, keys, "CREATE TEMP TABLE kept AS SELECT i.file_id, o.file_id AS old_id FROM incoming i "
                  "JOIN last.source_file o USING (parse_key)")  # fmt: skip
        for table in ("source_file", *REPORT_TABLES):
            connection.execute(
                f"INSERT INTO {table} BY NAME SELECT k.file_id, o.* EXCLUDE (file_id) FROM last.{table} o "
                "JOIN kept k ON k.old_id = o.file_id"
            )
        connection.execute("UPDATE report SET unit_id = read_unit_id, year = read_year")  # who claimed it is asked anew
        return frozenset(file_id for (file_id,) in connection.sql("SELECT file_id FROM kept").fetchall())
    finally:
        connection.execute("DROP TABLE IF EXISTS kept")
        connection.execute("DETACH last")


def add_intakes(connection: duckdb.DuckDBPyConnection, intakes: Iterator[tuple[int, Intake]]) -> None:
    """Write what was read, in batches of bounded size."""
    batch: list[tuple[int, Intake]] = []
    for each in intakes:
        batch.append(each)
        if len(batch) == _BATCH:
            _add_batch(connection, batch)
            batch = []
    _add_batch(connection, batch)


def _add_batch(connection: duckdb.DuckDBPyConnection, batch: Sequence[tuple[int, Intake]]) -> None:
    try:
        tables = _tables_of(batch)
    except (ValueError, pa.ArrowException):  # some text that UTF-8 cannot write: find whose it is
        batch = [_writable(file_id, intake) for file_id, intake in batch]
        tables = _tables_of(batch)
    _insert(
        connection,
        "source_file",
        [
            {
                "file_id": file_id, "path": intake.source.path, "sha256": intake.source.sha256,
                "size": intake.source.size, "format": intake.format, "outcome": intake.outcome,
                "reason": intake.reason, "named_unit_id": intake.named_unit_id, "named_year": intake.named_year,
                "parse_key": intake.parse_key,
            }
            for file_id, intake in batch
        ],
    )  # fmt: skip
    for name, table in tables.items():
        if table.num_rows:
            with_incoming(connection, table, f"INSERT INTO {name} BY NAME SELECT * FROM incoming")


def _tables_of(batch: Sequence[tuple[int, Intake]]) -> dict[str, pa.Table]:
    return report_tables([(file_id, intake.report) for file_id, intake in batch if intake.report is not None])


def _writable(file_id: int, intake: Intake) -> tuple[int, Intake]:
    try:
        _tables_of([(file_id, intake)])
    except (ValueError, pa.ArrowException) as error:
        return file_id, failed(intake, error)
    return file_id, intake


def choose_reports(
    connection: duckdb.DuckDBPyConnection, entered: Mapping[str, tuple[date, int]] = MappingProxyType({})
) -> None:
    """Mark the report in force for each unit and year, over carried and new ones alike. `entered` says by sha256 on
    which day and as the how-manieth a file came in; a day that a person named goes before that, as the day of
    publication does before the one in the document."""
    rows = connection.sql(
        "SELECT r.file_id, s.path, r.unit_id, r.year, r.status, coalesce(d.published_on, r.published_at), r.signed_on, "
        "r.title, s.sha256, d.received_on "
        "FROM report r JOIN source_file s USING (file_id) LEFT JOIN file_dated d USING (file_id)"
    ).fetchall()
    choices = choose(
        Candidate(
            file_id, path, unit_id, year, ReportStatus(status), published_at, signed_on, title,
            received_on or entered.get(sha256, (None, 0))[0], entered.get(sha256, (None, 0))[1],
        )
        for file_id, path, unit_id, year, status, published_at, signed_on, title, sha256, received_on in rows
    )  # fmt: skip
    with_incoming(
        connection,
        [{"file_id": each.file_id, "is_chosen": each.is_chosen, "reason": each.reason} for each in choices],
        "UPDATE report SET is_chosen = i.is_chosen, choice_reason = i.reason FROM incoming i "
        "WHERE report.file_id = i.file_id",
    )


def stamp(connection: duckdb.DuckDBPyConnection, inputs: Inputs, parsed_count: int) -> str:
    """Write the build's own row and return its id. The input hash is that of what was really read."""
    content = content_hash(connection)
    built_at = datetime.now().replace(microsecond=0)
    build_id = f"{built_at:%Y%m%d-%H%M%S}-{content[:8]}"
    keys = [key for (key,) in connection.sql("SELECT parse_key FROM source_file").fetchall()]
    connection.execute(
        "INSERT INTO build VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
        [
            build_id, built_at, content, inputs.hash_with(keys), inputs.county, inputs.is_sample, len(inputs.files),
            parsed_count,
        ],
    )  # fmt: skip
    return build_id


def content_hash(connection: duckdb.DuckDBPyConnection) -> str:
    """Of every row of every table but `build` and what is made of the others alone, in whatever order the rows stand: a
    sum of the rows' own hashes."""
    names = connection.sql(
        "SELECT table_name FROM duckdb_tables() WHERE database_name = current_database() AND NOT temporary "
        "AND table_name NOT IN ('build', 'measure_value', 'score_reason') ORDER BY table_name"
    ).fetchall()
    sums = " UNION ALL ".join(
        f"SELECT '{name}' AS name, count(*) AS rows, sum(md5_number_lower(to_json(t)::VARCHAR)::HUGEINT) AS sum "
        f'FROM "{name}" t'
        for (name,) in names
    )
    query = f"SELECT md5(string_agg(name || ' ' || rows || ' ' || coalesce(sum, 0), ',' ORDER BY name)) FROM ({sums})"
    ((digest,),) = connection.sql(query).fetchall()
    return digest


def _insert(connection: duckdb.DuckDBPyConnection, table: str, rows: Sequence[Mapping[str, object]]) -> None:
    if rows:
        with_incoming(connection, rows, f'INSERT INTO "{table}" BY NAME SELECT * FROM incoming')
