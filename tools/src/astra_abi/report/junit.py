"""The report as JUnit XML, for test views of CI: a suite for each stage, a case for each finding. Cannot-run is an error, never a pass."""

from __future__ import annotations

import re
from typing import Any
from xml.sax.saxutils import escape, quoteattr

from .verdict import Judged, Report, Suppressed, blocks
from .words import details, visible

UNFIT = re.compile("[\ufffe\uffff]")
"""Characters that XML 1.0 has no way to write, beyond those that are never shown as they are."""


def text(report: Report) -> str:
    suites = [suite(report, stage) for stage in report.verdict.stages]
    if report.error:
        suites.append(refusal_suite(report))
    totals = {key: sum(counts[key] for counts, _ in suites) for key in ("tests", "failures", "errors", "skipped")}
    time = sum(stage.result.seconds for stage in report.verdict.stages)
    head = tag("testsuites", name=f"astra-abi {report.command}", **{key: totals[key] for key in ("tests", "failures", "errors")}, time=f"{time:.3f}")
    rows = ['<?xml version="1.0" encoding="UTF-8"?>', head]
    for _, lines in suites:
        rows += [f"  {row}" for row in lines]
    return "\n".join([*rows, "</testsuites>", ""])


def fit(words: Any) -> str:
    return UNFIT.sub("\ufffd", visible(str(words)))


def tag(kind: str, /, closed: bool = False, **attributes: Any) -> str:
    written = "".join(f" {key}={quoteattr(fit(value))}" for key, value in attributes.items())
    return f"<{kind}{written}{'/' if closed else ''}>"


def element(kind: str, body: str, /, **attributes: Any) -> str:
    return f"{tag(kind, **attributes)}{escape(fit(body))}</{kind}>"


def suite(report: Report, stage: Judged) -> tuple[dict[str, int], list[str]]:
    """The cases of one stage. A finding that blocks fails; another passes, and says in its output what it is."""
    cases, counts = [], {"tests": 0, "failures": 0, "errors": 0, "skipped": 0}

    def case(name: str, class_name: str, kind: str = "", inner: str = "", seconds: float = 0.0) -> None:
        counts["tests"] += 1
        if kind:
            counts[kind] += 1
        head = {"name": name, "classname": class_name, "time": f"{seconds:.3f}"}
        cases.extend([f"  {tag('testcase', **head)}", f"    {inner}", "  </testcase>"] if inner else [f"  {tag('testcase', closed=True, **head)}"])

    result, label = stage.result, f"astra-abi.{stage.result.name}"
    if stage.verdict == "cannot-run":
        remedy = f"\n-> {result.remedy}" if result.remedy else ""
        case(result.title, label, "errors", element("error", f"{result.summary}{remedy}", message="cannot judge", type="cannot-run"), result.seconds)
    elif stage.verdict == "not-declared":
        case(result.title, label, "skipped", tag("skipped", closed=True, message=f"not declared: {result.summary}"), result.seconds)
    else:
        case(result.title, label, inner=element("system-out", result.summary), seconds=result.seconds)
    for finding in stage.counted:
        body = "\n".join([
            finding.title, *(f"{key}: {value}" for key, value in details(finding, report.targets)),
            f"breaks: {finding.breaks}", f"fix: {finding.fix}",
        ])
        if blocks(finding, report.fail_on):
            inner = element("failure", body, message=f"{finding.title}: {finding.subject}", type=finding.severity)
            case(finding.subject, f"{label}.{finding.rule}", "failures", inner)
        else:
            case(finding.subject, f"{label}.{finding.rule}", inner=element("system-out", f"{finding.severity}: {body}"))
    for item in report.suppressed:
        if item.stage == result.name:
            case(item.finding.subject, f"{label}.{item.finding.rule}", "skipped", tag("skipped", closed=True, message=lived_with(item)))
    head = tag("testsuite", name=label, **counts, time=f"{result.seconds:.3f}")
    return counts, [head, *properties(report), *cases, "</testsuite>"]


def properties(report: Report) -> list[str]:
    """What was judged and how, which the format has no other place for."""
    told = (*report.about, ("verdict", report.verdict.verdict), ("sentence", report.verdict.sentence))
    return ["  <properties>", *(f"    {tag('property', closed=True, name=name, value=value)}" for name, value in told), "  </properties>"]


def lived_with(item: Suppressed) -> str:
    return f"suppressed: {item.reason}"


def refusal_suite(report: Report) -> tuple[dict[str, int], list[str]]:
    counts = {"tests": 1, "failures": 0, "errors": 1, "skipped": 0}
    return counts, [
        tag("testsuite", name="astra-abi", **counts, time="0.000"), *properties(report),
        f"  {tag('testcase', name=report.command, classname='astra-abi', time='0.000')}",
        f"    {element('error', str(report.error), message='cannot judge', type='cannot-run')}",
        "  </testcase>", "</testsuite>",
    ]
