"""What a printed page does with a chart that is taller than a sheet."""

from __future__ import annotations

import plotly.graph_objects as go
import pytest

from dashboard import card


@pytest.mark.parametrize(("height", "on_paper"), [(300, 300), (900, 400)])
def test_a_chart_on_paper_is_no_taller_than_a_sheet_holds_with_its_head(height: int, on_paper: int):
    figure = go.Figure(go.Scatter(x=[1], y=["甲"], text="1", textfont={"size": 14}))
    figure.update_layout(height=height, font={"size": 14}, annotations=[{"text": "改版", "font": {"size": 13}}])
    drawn = card._for_paper(figure)
    sizes = (drawn.layout.font.size, drawn.data[0].textfont.size, drawn.layout.annotations[0].font.size)
    assert drawn.layout.height == on_paper
    assert sizes == ((14, 14, 13) if height == on_paper else (10, 10, 10))
