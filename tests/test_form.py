"""The form as data: complete, and refused when something is said twice."""

from __future__ import annotations

from pathlib import Path

import pytest

from etl.form import FormError, load_form, load_forms
from tests.layouts import CELLS

SOURCE = Path(__file__).parents[1] / "etl" / "form" / "2021.yaml"


def test_the_form_of_2021_prints_two_hundred_cells_with_the_contract_s_names() -> None:
    form = load_forms()["2021"]
    assert [cell.id for cell in form.printed_cells] == list(CELLS)
    assert len(form.printed_cells) == 200


def test_the_trial_form_of_2019_has_a_table_two_of_its_own_and_shares_the_rest() -> None:
    """国办公开办函〔2019〕60号: 22 figures in 表二, （六）其他处理 as one row; what means the same has the same id."""
    cells = {cell.id for cell in load_forms()["2019"].printed_cells}
    assert len(cells) == 22 + 23 * 7 + 15
    shared = cells & set(CELLS)
    assert {cell for cell in shared if cell.startswith("proactive/")} == {
        f"proactive/{row}/decisions" for row in ("licensing", "penalty", "coercion")
    }
    split = ("other_no_correction", "other_fee_unpaid", "other_misc")
    assert shared >= {c for c in CELLS if not c.startswith("proactive/") and c.split("/")[1] not in split}
    assert cells - set(CELLS) >= {"requests/other_single_row/total", "proactive/procurement/amount_wan"}


def test_thirty_five_totals_follow_from_the_form() -> None:
    table = {table.id: table for table in load_forms()["2021"].tables}
    requests, disputes = table["requests"].blocks[0], table["disputes"].blocks[0]
    row_totals = len(requests.rows) * sum(bool(column.total_of) for column in requests.columns)
    column_totals = len(requests.columns) * sum(bool(row.total_of) for row in requests.rows)
    dispute_totals = len(disputes.rows) * sum(bool(column.total_of) for column in disputes.columns)
    assert row_totals + column_totals + dispute_totals == 25 + 7 + 3


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ("{id: coercion, label: 行政强制}", "{id: penalty, label: 行政强制}", "penalty"),
        ("{id: coercion, label: 行政强制}", "{id: coercion, label: 行政处罚}", "行政处罚"),
        ('edition: "2021"', 'edition: "2021"\nedition: "2022"', "edition"),
        ("layout: single_line", "layout: sideways", "layout"),
        ("{id: reconsideration, label: 行政复议}", "{id: reconsideration, lable: 行政复议}", "lable"),
        ("replaces: [other_no_correction, other_fee_unpaid, other_misc]", "replaces: [nothing]", "other_single_row"),
        ("total_of: [upheld, overturned, other_outcome, pending]", "total_of: [upheld, lost]", "lost"),
    ],
)
def test_a_faulty_form_is_refused_with_file_key_and_remedy(tmp_path: Path, old: str, new: str, told: str) -> None:
    text = SOURCE.read_text(encoding="utf-8")
    assert old in text
    path = tmp_path / "2021.yaml"
    path.write_text(text.replace(old, new, 1), encoding="utf-8")
    with pytest.raises(FormError) as refusal:
        load_form(path)
    assert "2021.yaml" in str(refusal.value)
    assert told in str(refusal.value)
    assert "请" in str(refusal.value)
