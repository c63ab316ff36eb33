"""What the reports of a warehouse state, told from the tables alone with polars: no view, no line of etl.measure."""

from __future__ import annotations

from pathlib import Path

import duckdb
import polars as pl

COMPOSED = {  # measure: cells that are added up, and cells that a share is a share of
    "requests_at_hand": (["requests/new_received/total", "requests/carried_in/total"], []),
    "disclosed_share": (["requests/granted/total", "requests/partially_granted/total"], ["requests/total_processed/total"]),
    "disputes_overturned": (
        [f"disputes/{kind}/overturned"
         for kind in ("reconsideration", "litigation_direct", "litigation_after_reconsideration")], [],
    ),
}  # fmt: skip


def tables(county: Path, *names: str) -> list[pl.DataFrame]:
    """Whole tables of the build in force."""
    folder = county / "warehouse"
    path = folder / (folder / "current").read_text(encoding="utf-8").strip()
    with duckdb.connect(str(path), read_only=True) as held:
        return [held.sql(f'SELECT * FROM "{name}"').pl() for name in names]


def figures(county: Path) -> pl.DataFrame:
    """measure, unit_id, year, value, of, approximate: every figure that is there, of the reports in force."""
    report, fact, claim = tables(county, "report", "fact", "claim")
    chosen = report.filter(pl.col("is_chosen")).select("file_id", "unit_id", "year")
    fact = fact.join(chosen, on="file_id")
    cells = fact.filter(pl.col("state") == "reported").select("unit_id", "year", "value", measure="cell")
    claims = (
        claim.join(chosen, on="file_id")
        .group_by("unit_id", "year", measure="claim")
        .agg(pl.col("value").n_unique().alias("told"), pl.col("value").first(), pl.col("approximate").any())
        .filter(pl.col("told") == 1)
        .drop("told")
    )
    parts = [cells, claims]
    for measure, (summed, of) in COMPOSED.items():
        doubtful = fact.filter(pl.col("cell").is_in(summed + of) & (pl.col("state") == "unreadable")).select(
            "unit_id", "year"
        )
        held = cells.join(doubtful, on=["unit_id", "year"], how="anti")
        made = _added(held, summed, "value")
        if of:
            made = made.join(_added(held, of, "of"), on=["unit_id", "year"])
        parts.append(made.with_columns(measure=pl.lit(measure)))
    return pl.concat(parts, how="diagonal_relaxed").with_columns(pl.col("approximate").fill_null(False))


def _added(cells: pl.DataFrame, items: list[str], name: str) -> pl.DataFrame:
    return (
        cells.filter(pl.col("measure").is_in(items)).group_by("unit_id", "year").agg(pl.col("value").sum().alias(name))
    )
