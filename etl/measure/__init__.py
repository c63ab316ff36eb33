"""The metric dictionary: what every figure on a page, in an export or a notebook means, defined once."""

from etl.measure.dictionary import Measure, MeasureError, MeasureKind, load_measures, measures_in
from etl.measure.values import fill_values

__all__ = ["Measure", "MeasureError", "MeasureKind", "fill_values", "load_measures", "measures_in"]
