"""The HTML report as a browser opens it: right offsets side by side, a filter that works, and no name that acts."""

from __future__ import annotations

import re
import shutil
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path

import pytest
from browser import Browser
from specimen import EXAMPLES, HOSTILE, RULES, finding_of, hostile, refusal, report_of, report_with

from astra_abi.load.sketch import sketch
from astra_abi.model import Abi, Constant, Enum, Field, Function, Param, Struct, Type
from astra_abi.report import text_of
from astra_abi.report.html.cards import anchor
from astra_abi.report.html.element import Markup, tag
from astra_abi.report.html.layouts import ADDED, MOVED, PADDING, REMOVED, SAME, TYPED, layouts
from astra_abi.report.html.picture import Ruler, picture
from astra_abi.report.verdict import Judged, Sides, decide
from astra_abi.rules import Finding
from astra_abi.stages import Result

U8, U32, U64 = Type("u8"), Type("u32"), Type("u64")


def struct(name: str, *fields: tuple, size: int, union: bool = False) -> Struct:
    return Struct(name, tuple(Field(*field) for field in fields), size, union=union)


def abi(*structs: Struct, **more) -> Abi:
    return Abi("test", structs={item.name: item for item in structs}, **more)


def rows(old: Struct, new: Struct) -> list[tuple]:
    """(state, old name, old offset, new name, new offset, note) of each row."""
    (layout,) = layouts([Sides("", abi(old), abi(new))], new.name)
    return [
        (row.state, *(part for cell in (row.old, row.new) for part in ((cell.name, cell.offset) if cell else (None, None))), row.note)
        for row in layout.rows
    ]


# Layouts.

def test_an_inserted_field_moves_those_behind_it_and_eats_padding() -> None:
    old = struct("s", ("a", U32, 0, 4), ("b", U64, 8, 8), size=16)
    new = struct("s", ("a", U32, 0, 4), ("fresh", U64, 8, 8), ("b", U64, 16, 8), size=24)
    assert rows(old, new) == [
        (SAME, "a", "0", "a", "0", ""), (PADDING, None, None, "", "4", ""), (ADDED, None, None, "fresh", "8", "added"),
        (PADDING, "", "4", None, None, ""), (MOVED, "b", "8", "b", "16", "moved by +8 B"),
    ]


def test_what_became_of_each_field_is_told() -> None:
    old = struct("s", ("a", U32, 0, 4), ("b", U32, 4, 4), ("c", U64, 8, 8), ("d", U8, 16, 1), size=24)
    new = struct("s", ("c", U64, 0, 8), ("a", U32, 8, 4), ("beta", U32, 12, 4), ("d", U32, 16, 4), size=20)
    assert rows(old, new) == [
        (MOVED, None, None, "c", "0", "moved from 8"), (MOVED, "a", "0", "a", "8", "moved by +8 B"), (REMOVED, "b", "4", None, None, "removed"),
        (MOVED, "c", "8", None, None, "moved to 0"), (ADDED, None, None, "beta", "12", "added"),
        (TYPED, "d", "16", "d", "16", "type changed, 1 B → 4 B"), (PADDING, "", "17", None, None, ""),
    ]


def test_a_field_that_changed_its_order_and_its_type_tells_both() -> None:
    old = struct("s", ("a", U32, 0, 4), ("b", U32, 4, 4), ("c", U32, 8, 4), size=12)
    new = struct("s", ("c", Type("u16"), 0, 2), ("a", U32, 4, 4), ("b", U32, 8, 4), size=12)
    found = rows(old, new)
    assert found[0] == (TYPED, None, None, "c", "0", "type changed, 4 B → 2 B, moved from 8")
    assert found[-1] == (TYPED, "c", "8", None, None, "type changed, 4 B → 2 B, moved to 0")
    (layout,) = layouts([Sides("", abi(old), abi(new))], "s")
    assert 'class="band typed"' in picture(layout)


def test_a_type_that_changed_behind_its_name_is_spelled_out() -> None:
    old, new = (struct("s", ("n", Type(base, spelled="count_t"), 0, 8), size=8) for base in ("u64", "f64"))
    (layout,) = layouts([Sides("", abi(old), abi(new))], "s")
    assert [(row.old.text, row.new.text) for row in layout.rows] == [("count_t (uint64_t)", "count_t (double)")]


def test_a_field_of_another_name_at_the_same_place_is_a_renamed_one() -> None:
    old, new = struct("s", ("a", U32, 0, 4), ("b", U32, 4, 4), size=8), struct("s", ("a", U32, 0, 4), ("c", U32, 4, 4), size=8)
    assert rows(old, new)[1] == (TYPED, "b", "4", "c", "4", "renamed")


def test_bit_fields_are_counted_in_bits() -> None:
    def bits(*widths: int) -> Struct:
        fields, at = [], 0
        for number, width in enumerate(widths):
            fields.append(Field(f"f{number}", U32, 0, 4, bits=(at, width)))
            at += width
        return Struct("s", tuple(fields), 4)

    assert rows(bits(3, 1, 9), bits(3, 2, 9)) == [
        (SAME, "f0", "0:0", "f0", "0:0", ""), (TYPED, "f1", "0:3", "f1", "0:3", "1 bit → 2 bits"),
        (MOVED, "f2", "0:4", "f2", "0:5", "moved by +1 bits"), (PADDING, "", "1:5", "", "1:6", ""),
    ]


def test_members_of_a_union_share_their_place_and_have_no_padding() -> None:
    old = struct("u", ("i", U32, 0, 4), ("d", U64, 0, 8), size=8, union=True)
    new = struct("u", ("i", U32, 0, 4), ("d", U64, 0, 8), ("big", Type("u8", (), 16), 0, 16), size=16, union=True)
    assert [row[0] for row in rows(old, new)] == [SAME, SAME, ADDED]
    (layout,) = layouts([Sides("", abi(old), abi(new))], "u")
    assert "band" not in picture(layout) and layout.changed


def test_targets_that_agree_share_a_layout() -> None:
    wide, narrow = struct("s", ("p", U64, 0, 8), size=8), struct("s", ("p", U32, 0, 4), size=4)
    found = layouts([Sides("a", abi(wide), abi(wide)), Sides("b", abi(narrow), abi(narrow)), Sides("c", abi(wide), abi(wide)), Sides("d", abi(wide), abi())], "s")
    assert [layout.targets for layout in found] == [("a", "c"), ("b",)]


def test_the_ruler_is_one_for_both_sides_and_never_runs_backwards() -> None:
    old = struct("s", ("a", U8, 0, 1), ("huge", Type("u8", (), 1 << 20), 1, 1 << 20), size=(1 << 20) + 8)
    new = struct("s", ("a", U8, 0, 1), ("b", U8, 1, 1), ("huge", Type("u8", (), 1 << 20), 2, 1 << 20), size=(1 << 20) + 8)
    (layout,) = layouts([Sides("", abi(old), abi(new))], "s")
    places = [ruler.x[mark] for ruler in [Ruler(layout)] for mark in ruler.marks]
    assert places == sorted(set(places)) and places[0] == 0 and places[-1] < 2000


def test_odd_structs_are_drawn_or_left_without_a_picture_and_never_fail() -> None:
    empty = struct("s", size=0)
    overlapping = struct("s", ("a", U64, 0, 8), ("b", U32, 4, 4), ("", U8, 4, 1), ("", U8, 5, 1), size=8)
    flexible = struct("s", ("n", U32, 0, 4), ("tail", Type("u8", (), 0), 4, 0), size=4)
    beyond = struct("s", ("a", U64, 100, 8), size=8)
    many = struct("s", *((f"f{n}", U8, n, 1) for n in range(3000)), size=3000)
    for old in (empty, overlapping, flexible, beyond, many):
        for new in (empty, overlapping, flexible, beyond, many):
            report = report_of("", "")
            said = text_of("html", replace(report, sides=(Sides("", abi(old), abi(new)),)))
            assert ("<article" in said) == (old is not new)
    (layout,) = layouts([Sides("", abi(many), abi(empty))], "s")
    assert picture(layout) is None


# The page as text.

class Balanced(HTMLParser):
    """Knows whether every element is closed, and collects what could load or run something."""

    ENDLESS = {"meta", "input", "line", "path", "rect"}

    def __init__(self) -> None:
        super().__init__()
        self.stack: list[str] = []
        self.ids: list[str] = []
        self.links: list[str] = []
        self.seen: set[str] = set()

    def handle_starttag(self, name: str, attributes: list) -> None:
        self.seen.add(name)
        given = dict(attributes)
        assert not any(key.startswith("on") or key in ("src", "style", "action", "formaction") for key in given), (name, given)
        self.ids += [given["id"]] if "id" in given else []
        self.links += [given["href"]] if "href" in given else []
        if name not in self.ENDLESS:
            self.stack.append(name)

    def handle_startendtag(self, name: str, attributes: list) -> None:
        assert name in self.ENDLESS, name
        self.seen.add(name)

    def handle_endtag(self, name: str) -> None:
        assert self.stack.pop() == name


@pytest.mark.parametrize("made", [*EXAMPLES, hostile, refusal, report_of], ids=lambda made: getattr(made, "id", None) or made.__name__)
def test_a_page_is_whole_and_loads_nothing(made) -> None:
    report = made() if callable(made) else report_of(made.example.old, made.example.new)
    page = Balanced()
    page.feed(text_of("html", report))
    assert page.stack == [] and len(page.ids) == len(set(page.ids))
    assert {link for link in page.links if not link.startswith("#")} == set()
    assert {link[1:] for link in page.links} <= set(page.ids)
    assert page.seen.isdisjoint({"link", "img", "iframe", "object", "embed", "base"})


def test_the_policy_allows_this_style_and_this_script_alone() -> None:
    import base64
    import hashlib

    said = text_of("html", report_of())
    policy = re.search(r'Content-Security-Policy" content="([^"]*)"', said)[1]
    for name in ("style", "script"):
        (code,) = re.findall(f"<{name}>(.*?)</{name}>", said, re.DOTALL)
        assert f"{name}-src 'sha256-{base64.b64encode(hashlib.sha256(code.encode()).digest()).decode()}'" in policy
    assert "default-src 'none'" in policy and "unsafe" not in policy


def test_text_is_escaped_and_markup_is_not() -> None:
    assert tag("a", "<b>&", Markup("<i></i>"), ("\x1b", None, False), title='"<', hidden=True, id=None) == '<a title="&quot;&lt;" hidden>&lt;b&gt;&amp;<i></i>\\x1b</a>'


# The page in a browser.

@pytest.fixture(scope="module")
def browser():
    if not shutil.which("chromium"):
        pytest.skip("chromium is not installed")
    with Browser() as made:
        yield made


@pytest.fixture
def show(browser: Browser, tmp_path: Path):
    """Opens a report, and fails if the page complained about anything."""

    def opened(report, **media: str) -> Browser:
        place = tmp_path / "report.html"
        place.write_text(text_of("html", report), encoding="utf-8")
        browser.open(place, **media)
        return browser

    browser.heard.clear()
    yield opened
    browser.without_scripts(False)
    assert browser.heard == []


def table(browser: Browser, subject: str) -> list[list[str]]:
    """The rows of an element's first table, as they are shown."""
    return browser.run(f"Array.from(document.querySelectorAll('#{anchor(subject)} table:first-of-type tbody tr')).map(row => Array.from(row.cells).map(cell => cell.textContent))")


def test_an_inserted_field_stands_at_its_offset(show) -> None:
    page = show(report_of())
    assert table(page, "struct:x_opts") == [
        ["0", "flags u32", "4 B", "0", "flags u32", "4 B", ""],
        ["", "4", "depth u32", "4 B", "added"],
        ["4", "level u16", "2 B", "8", "level u16", "2 B", "moved by +4 B"],
        ["6", "name char[64]", "64 B", "10", "name char[64]", "64 B", "moved by +4 B"],
        ["70", "padding", "2 B", "74", "padding", "6 B", ""],
        ["72", "cookie u64", "8 B", "80", "cookie u64", "8 B", "moved by +8 B"],
    ]
    assert page.run(f"document.querySelector('#{anchor('struct:x_opts')} p.size').textContent") == "80 → 88 bytes"


def test_the_picture_shows_the_same_places(show) -> None:
    page = show(report_of())
    found = page.run("""Array.from(document.querySelectorAll('.picture .strip')).map(strip => Array.from(strip.children).map(
        part => [part.getAttribute('class'), Math.round(part.querySelector('rect').getBoundingClientRect().left)]))""")
    old, new = found
    assert [state for state, _ in old] == ["same", "moved", "moved", "padding", "moved"]
    assert [state for state, _ in new] == ["same", "added", "moved", "moved", "padding", "moved"]
    assert old[0] == new[0] and new[2][1] > old[1][1] and new[-1][1] > old[-1][1]
    fills = page.run("['same', 'moved', 'added', 'padding'].map(name => getComputedStyle(document.querySelector('.strip .' + name + ' rect')).fill)")
    assert len(set(fills)) == 4 and "#hatch" in fills[3]


def test_enums_and_signatures_stand_side_by_side(show) -> None:
    page = show(report_of())
    assert table(page, "enum:x_level") == [["X_MIDDLE", "", "2", "added"], ["X_HIGH", "2", "3", "another value"]]
    marked = page.run(f"Array.from(document.querySelectorAll('#{anchor('function:x_open')} :is(del, ins)')).map(part => part.tagName + part.textContent)")
    assert marked == ["DELi32 mode", "INSu64 mode"]


def test_the_filter_works(show) -> None:
    page = show(report_of())

    def choose(**wanted) -> tuple[str, list[str]]:
        page.run("(() => { const f = document.getElementById('chooser'); f.reset();" + "".join(
            f"f.elements.{name}.value = {value!r};" if name != "severity" else
            f"f.elements.severity.forEach(box => box.checked = {value!r}.includes(box.value));" for name, value in wanted.items()
        ) + "f.dispatchEvent(new Event('input')); })()")
        return page.run("[document.querySelector('#chooser output').textContent, Array.from(document.querySelectorAll('#findings details')).filter(d => !d.hidden && (d.open = true)).flatMap(d => Array.from(d.querySelectorAll('li'))).filter(li => li.checkVisibility()).map(li => li.querySelector('code').textContent)]")

    everything = choose()
    assert everything[0] == f"{len(report_of().verdict.findings)} findings" and len(everything[1]) == len(report_of().verdict.findings)
    assert choose(text="X_OPTS depth") == [f"1 of {everything[0]}", ["struct:x_opts.depth"]]
    assert choose(text="inserted")[1] == ["struct:x_opts.depth"]
    assert choose(kind="function")[1] == ["function:x_gone", "function:x_open.mode", "function:x_added"]
    assert choose(severity="compatible")[1] == ["function:x_added"]
    assert choose(text="nothing like this")[1] == []
    assert page.run("Array.from(document.querySelectorAll('article.card')).filter(card => card.checkVisibility()).length") == 0
    assert choose() == everything


def test_findings_of_one_target_can_be_chosen(show) -> None:
    report = report_with(finding_of("symbol_removed", "symbol:a", targets=["x86_64-linux-gnu"]), finding_of("symbol_removed", "symbol:b", targets=["i386-linux-gnu", "x86_64-linux-gnu"]))
    page = show(report)
    page.run("(() => { const f = document.getElementById('chooser'); f.elements.target.value = 'i386-linux-gnu'; f.dispatchEvent(new Event('input')); })()")
    assert page.run("Array.from(document.querySelectorAll('#findings li')).filter(li => li.checkVisibility()).map(li => li.querySelector('code').textContent)") == ["symbol:b"]


def two_targets():
    report = report_of(targets=("x86_64-linux-gnu", "aarch64-linux-gnu"))
    small = replace(report.sides[0].new, structs={**report.sides[0].new.structs, "x_opts": struct("x_opts", ("flags", U32, 0, 4), size=4)})
    return replace(report, sides=(*report.sides, Sides("i386-linux-gnu", report.sides[0].old, small)))


def test_a_target_with_another_layout_has_a_tab_that_keys_reach(show) -> None:
    page = show(two_targets())
    assert page.run("Array.from(document.querySelectorAll('.tabs > label')).map(label => label.textContent)") == ["x86_64-linux-gnu and 1 more", "i386-linux-gnu"]
    seen = "Array.from(document.querySelectorAll('.tabs > .panel')).map(panel => panel.checkVisibility())"
    assert page.run(seen) == [True, False]
    page.run("document.querySelector('.tabs > input').focus()")
    for kind in ("keyDown", "keyUp"):
        page.ask("Input.dispatchKeyEvent", type=kind, key="ArrowRight", code="ArrowRight", windowsVirtualKeyCode=39)
    assert page.run(seen) == [False, True]


def test_a_hostile_name_is_only_text(show) -> None:
    name = HOSTILE.replace("\x00", "")
    types = abi(struct(name, (name, U32, 0, 4), size=4), enums={name: Enum(name, "u32", {name: Constant(name, 1, "")})},
                functions={name: Function(name, U32, (Param(name, Type(name)),))})
    later = abi(struct(name, ("x", U8, 0, 1), (name, Type(name, spelled=name), 4, 4), size=8), enums={name: Enum(name, "u32", {name: Constant(name, 2, "")})},
                functions={name: Function(name, U32, (Param(name, Type("u64", spelled=name)),))})
    found = tuple(
        finding_of(rule, f"{area}:{name}", old=name, new=name, targets=[name], where=name, affects=(name,))
        for rule, area in (("field_moved", "struct"), ("symbol_removed", "symbol"), ("constant_renumbered", "constant"), ("param_type_changed", "function"), ("macro_value_changed", "macro"))
        if rule in RULES
    )
    report = replace(hostile(), verdict=decide([Judged(Result(name, "pass", name, title=name), found)], None), sides=(Sides(name, types, later),))
    page = show(report)
    assert page.run("[document.title.startsWith('breaking'), document.scripts.length, document.images.length, document.querySelectorAll('b > img').length]") == [True, 1, 0, 0]
    assert page.run("document.querySelectorAll('article.card').length") == 4
    assert "</script><script>document.title='owned'" in page.run("document.querySelector('article.card h3').textContent")
    assert "\\u202e" in page.run("document.body.textContent") and page.run("/[\\u202e\\x1b]/.test(document.body.textContent)") is False


def test_without_scripts_everything_can_be_read(show, browser: Browser) -> None:
    browser.without_scripts()
    page = show(two_targets())
    assert page.run("[document.getElementById('chooser').checkVisibility(), document.querySelectorAll('#findings li').length > 5]") == [False, True]
    assert page.run("Array.from(document.querySelectorAll('article.card')).every(card => card.checkVisibility())") is True


def test_a_link_to_a_folded_rule_opens_it(show) -> None:
    page = show(report_of())
    page.run("location.hash = '#r-function_added'")
    assert page.run("new Promise(done => setTimeout(() => done(document.getElementById('r-function_added').open), 50))") is True


def luminance(colour: str) -> float:
    parts = [int(part) / 255 for part in re.findall(r"\d+", colour)[:3]]
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return sum(weight * part for weight, part in zip((0.2126, 0.7152, 0.0722), linear))


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_text_has_contrast_in_light_and_dark(show, scheme: str) -> None:
    page = show(report_of(), prefers_color_scheme=scheme)
    pairs = page.run("""Array.from(document.querySelectorAll('h1, .sentence, .tally, .tool, .chip, .note, .type, td, .rest, del, ins, nav a, nav span, summary code, .strip text')).filter(part => part.textContent && part.checkVisibility()).map(part => {
        const svg = part.closest('svg'), style = getComputedStyle(part);
        if (svg) return [style.fill, getComputedStyle(part.parentElement.querySelector('rect')).fill, part.textContent];
        let under = part;
        while (under && /, 0\\)$|transparent|color\\(/.test(getComputedStyle(under).backgroundColor)) under = under.parentElement;
        return [style.color, getComputedStyle(under || document.documentElement).backgroundColor, part.className + ' ' + part.textContent];
    })""")
    assert len(pairs) > 40
    for text, ground, what in pairs:
        a, b = sorted((luminance(text), luminance(ground)), reverse=True)
        assert (a + 0.05) / (b + 0.05) >= 4.5, (text, ground, what)
    assert (luminance(page.run("getComputedStyle(document.body).backgroundColor")) < 0.1) == (scheme == "dark")


def test_on_paper_everything_is_unfolded(show) -> None:
    page = show(two_targets(), media="print")
    assert page.run("document.getElementById('chooser').checkVisibility()") is False
    assert page.run("Array.from(document.querySelectorAll('.panel')).every(panel => panel.checkVisibility())") is True


def test_tables_say_what_they_are(show) -> None:
    page = show(two_targets())
    assert page.run("Array.from(document.querySelectorAll('table')).every(table => table.caption && table.caption.textContent && table.tHead && Array.from(table.tHead.rows[0].cells).every(cell => cell.scope === 'col'))") is True
    assert page.run("Array.from(document.querySelectorAll('svg[role=img]')).every(svg => svg.getAttribute('aria-label'))") is True
    assert page.run("Array.from(document.querySelectorAll('input, select')).every(part => part.labels.length === 1)") is True
    width = page.run("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    assert width <= 0


def test_a_narrow_window_scrolls_only_what_is_wide(show, browser: Browser) -> None:
    browser.ask("Emulation.setDeviceMetricsOverride", width=390, height=800, deviceScaleFactor=1, mobile=False)
    try:
        page = show(two_targets())
        assert page.run("document.documentElement.scrollWidth - document.documentElement.clientWidth") <= 0
    finally:
        browser.ask("Emulation.clearDeviceMetricsOverride")


def test_five_thousand_findings_open_fine(show) -> None:
    names = [rule.id for rule in EXAMPLES][:60]
    found: list[Finding] = [
        finding_of(names[n % 60], f"symbol:some_name_{n}", old=f"int some_name_{n}(void)", new=f"long some_name_{n}(void)", where=f"include/x.h:{n + 1}") for n in range(5000)
    ]
    before = abi(*(struct(f"s{n}", *((f"f{k}", U32, 4 * k, 4) for k in range(20)), size=80) for n in range(150)))
    after = abi(*(struct(f"s{n}", ("fresh", U32, 0, 4), *((f"f{k}", U32, 4 * k + 4, 4) for k in range(20)), size=84) for n in range(150)))
    report = replace(report_with(*found), sides=(Sides("", before, after),))
    size = len(text_of("html", report))
    page = show(report)
    assert size < 5_000_000
    took = page.run("performance.getEntriesByType('navigation')[0].loadEventEnd")
    assert took < 20_000
    page.run("(() => { const f = document.getElementById('chooser'); f.elements.text.value = 'some_name_4321'; f.dispatchEvent(new Event('input')); })()")
    assert page.run("document.querySelector('#chooser output').textContent") == "1 of 5,000 findings"


def test_functions_of_the_old_side_are_listed_where_they_lead(show) -> None:
    page = show(report_of())
    assert page.run(f"document.querySelector('#{anchor('struct:x_opts')} .names').textContent.trim()") == "x_open"
    assert sketch("[function.x_f]").functions.keys() == {"x_f"}
