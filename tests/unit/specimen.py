"""Reports made for tests: from sketches as rules have them, and with names that mean harm. Holds no test."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from astra_abi.compare import compare
from astra_abi.load.sketch import sketch
from astra_abi.model import AstraError
from astra_abi.report.verdict import Judged, Report, Sides, decide, refused, with_reach
from astra_abi.rules import Finding, Rule, judge, load_rules
from astra_abi.stages import Result

ROOT = Path(__file__).parents[2]
RULES = load_rules(ROOT / "compat" / "rules")
EXAMPLES = list(RULES.values())

OLD = """
[function.x_open]
returns = "i32"
params = [{ name = "path", type = "char", dir = "in" }, { name = "o", type = "x_opts", dir = "in" }, { name = "mode", type = "i32" }]
[function.x_gone]
[struct.x_opts]
fields = [{ name = "flags", type = "u32" }, { name = "level", type = "u16" }, { name = "name", type = "char[64]" }, { name = "cookie", type = "u64" }]
[enum.x_level]
values = [{ name = "X_LOW", value = 1 }, { name = "X_HIGH", value = 2 }]
"""
NEW = """
[function.x_open]
returns = "i32"
params = [{ name = "path", type = "char", dir = "in" }, { name = "o", type = "x_opts", dir = "in" }, { name = "mode", type = "u64" }]
[function.x_added]
[struct.x_opts]
fields = [{ name = "flags", type = "u32" }, { name = "depth", type = "u32" }, { name = "level", type = "u16" }, { name = "name", type = "char[64]" }, { name = "cookie", type = "u64" }]
[enum.x_level]
values = [{ name = "X_LOW", value = 1 }, { name = "X_MIDDLE", value = 2 }, { name = "X_HIGH", value = 3 }]
"""
ABOUT = (("old", "libx.so.1"), ("new", "libx.so.2"))
HOSTILE = "</script><script>document.title='owned'</script><img src=x onerror=alert(1)>\"'`|\n::error::no ##[error]x\x1b[31m\u202e\x00 @team *b* [l](http://x)"


def report_of(old: str = OLD, new: str = NEW, fail_on: str = "breaking", targets: tuple[str, ...] = ("x86_64-linux-gnu",)) -> Report:
    """What `diff` makes of two sketches."""
    models = sketch(old, "old"), sketch(new, "new")
    findings = judge(compare(*models), RULES, targets)
    stage = Judged(Result("declarations", "pass", "2 functions", title="declarations", seconds=0.25), findings)
    sides = tuple(Sides(target, *models) for target in targets)
    return with_reach(Report("diff", ABOUT, decide([stage], None, fail_on), len(targets), sides, RULES, fail_on))


def example_of(rule: Rule) -> Report:
    return report_of(rule.example.old, rule.example.new)


def finding_of(rule: str, subject: str, **more) -> Finding:
    """A finding of a rule that exists, of an element that need not."""
    item = RULES[rule]
    told = {"targets": [], "old": None, "new": None, "where": "", **more}
    return Finding(item.id, item.severity, item.source, item.bump, subject, title=item.title, breaks=item.breaks, fix=item.fix, **told)


def report_with(*findings: Finding, stages: tuple[Result, ...] = (), fail_on: str = "breaking") -> Report:
    first = Judged(Result("build", "pass", "seen", title="types of the builds"), findings)
    judged = [first, *(Judged(result, ()) for result in stages)]
    return Report("diff", ABOUT, decide(judged, None, fail_on), 1, (), RULES, fail_on)


def hostile() -> Report:
    """A report in which every text that comes from outside means harm."""
    found = finding_of("symbol_removed", f"symbol:{HOSTILE}", old=HOSTILE, new=HOSTILE, where=f"{HOSTILE}.h:3", targets=[HOSTILE])
    found = replace(found, affects=(HOSTILE,))
    blind = Result("types", "cannot-run", HOSTILE, remedy=HOSTILE, title="types")
    report = report_with(found, replace(found, suppressed=HOSTILE), stages=(blind,))
    return replace(report, about=(("old", HOSTILE), ("new", HOSTILE)))


def refusal() -> Report:
    return refused(AstraError("not an ELF file", "x.so", "name a library"), "diff", ABOUT)
