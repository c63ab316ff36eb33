"""The national form as data: one YAML file per edition, validated on loading."""

from etl.form.load import FormError, load_form, load_forms
from etl.form.model import Aspect, Column, Form, FormCell, FormTable, Row, SectionSpec

__all__ = [
    "Aspect", "Column", "Form", "FormCell", "FormError", "FormTable", "Row", "SectionSpec", "load_form", "load_forms",
]  # fmt: skip
