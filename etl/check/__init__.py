"""勾稽核对: what does not add up, between figures, years and words, and how to mend it."""

from etl.check.row import SEVERITY_WORDS, FindingRow, Operand, Severity, Tally, Verdict
from etl.check.rules import Rule, RuleError, load_rules, rules_as_markdown, rules_in
from etl.check.run import run_checks

__all__ = [
    "SEVERITY_WORDS", "FindingRow", "Operand", "Rule", "RuleError", "Severity", "Tally", "Verdict", "load_rules",
    "rules_as_markdown", "rules_in", "run_checks",
]  # fmt: skip
