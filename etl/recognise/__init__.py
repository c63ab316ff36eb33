"""Document + form → Report: what the words and tables mean, never silently wrong."""

from etl.recognise.identity import named_by_path
from etl.recognise.report_from import report_from

__all__ = ["named_by_path", "report_from"]
