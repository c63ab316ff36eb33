"""Document + form → Report: what the words and tables mean, never silently wrong."""

from etl.recognise.report_from import report_from

__all__ = ["report_from"]
