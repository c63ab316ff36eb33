"""observed.yaml: what is seen of a report beside its measures and findings."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from importlib import resources

import yaml


@dataclass(frozen=True, slots=True)
class Observed:
    """`sql` selects file_id and value, a row for each report of which it can be told, from the tables of the warehouse
    and counted_finding. `is_of_findings`: it can only grow with the findings that count."""

    id: str
    name: str
    unit: str
    definition: str
    sql: str
    is_of_findings: bool


@cache
def load_observed() -> dict[str, Observed]:
    """By id, in the order of the file."""
    text = resources.files("etl.score").joinpath("observed.yaml").read_text(encoding="utf-8")
    entries = [
        Observed(
            each["id"], each["name"], each["unit"], each["definition"], each["sql"], each.get("of_findings", False)
        )
        for each in yaml.safe_load(text)
    ]
    return {each.id: each for each in entries}
