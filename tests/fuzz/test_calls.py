"""Random calls on both libraries, for a bounded time: they do everything alike, and no sanitizer sees anything."""

from __future__ import annotations

import shutil
import sys
from pathlib import Path

import pytest

pytestmark = pytest.mark.long

CALLS = Path(__file__).parent / "calls"


@pytest.fixture(scope="module")
def calls():
    """The campaign's modules, forgotten afterwards: their names are those of others too."""
    before = {name: sys.modules.pop(name) for name in ("campaign",) if name in sys.modules}
    sys.path.insert(0, str(CALLS))
    import campaign
    import made

    yield campaign, made
    sys.path.remove(str(CALLS))
    for name in ("campaign", "made", "table"):
        sys.modules.pop(name, None)
    sys.modules.update(before)


@pytest.fixture(scope="module")
def folder(tmp_path_factory) -> Path:
    return tmp_path_factory.mktemp("calls")


def test_both_libraries_do_everything_alike(calls, folder, oracle, rust):
    campaign, _ = calls
    told = campaign.campaign(folder, [oracle, rust], 600_000, 1)
    never = sorted(name for name, (_, done) in told.items() if not done)
    assert never == [], "the sequences never reach these"


def mutated(made, place: Path, file: str, right: str, wrong: str, sanitizer: str) -> Path:
    """The oracle with one line written otherwise."""
    source = place / "oracle-c"
    shutil.copytree(made.IMPL / "oracle-c", source)
    text = (source / file).read_text()
    assert right in text
    (source / file).write_text(text.replace(right, wrong))
    return made.oracle(place, sanitizer, source)


@pytest.mark.parametrize(("file", "right", "wrong", "how"), [
    ("ops/sub_1.c", "return a - b;", "return a - b + (b == 3);", "different bits"),
    ("map.c", "known->object.references++;", "known->object.references += 2;", "fill a struct differently|cannot be released|end differently"),
    ("map.c", "known->tensor->byte_length : 0", "known->tensor->byte_length : 1", "left an output behind"),
])
def test_a_library_that_does_otherwise_is_found(calls, folder, rust, tmp_path, file, right, wrong, how):
    campaign, made = calls
    library = mutated(made, tmp_path, file, right, wrong, "none")
    with pytest.raises(campaign.Failed, match=how):
        campaign.campaign(folder, [rust, library], 2_000_000, 1)


def test_a_call_that_gets_no_memory_leaves_nothing(calls, folder, oracle, rust):
    campaign, _ = calls
    campaign.campaign(folder, [oracle, rust], 200_000, 1, starve=True)


@pytest.mark.parametrize(("file", "right", "wrong", "how"), [
    ("object.c", "free(object);", "(void)object;", "blocks are left"),
    ("map.c", "if (map != NULL) {", "if (true) {", "ended with -"),
])
def test_a_library_that_takes_memory_for_granted_is_found(calls, folder, tmp_path, file, right, wrong, how):
    campaign, made = calls
    library = mutated(made, tmp_path, file, right, wrong, "none")
    with pytest.raises(campaign.Failed, match=how):
        campaign.campaign(folder, [library], 200_000, 1, starve=True)


def able(made, sanitizer: str) -> None:
    try:
        made.able(sanitizer)
    except made.Missing as missing:
        pytest.skip(str(missing))


def test_a_read_behind_an_array_is_found(calls, folder, tmp_path):
    campaign, made = calls
    able(made, "address")
    library = mutated(made, tmp_path, "ops/sub_1.c", "return a - b;", "uint64_t one[1] = {a}; return one[b & 1] - b;", "address")
    with pytest.raises(campaign.Failed, match="stack-buffer-overflow|index 1 out of bounds"):
        campaign.campaign(folder, [library, library], 2_000_000, 1, "address")


@pytest.mark.parametrize("sanitizer", ["address", "thread"])
def test_no_sanitizer_sees_anything(calls, folder, sanitizer):
    campaign, made = calls
    able(made, sanitizer)
    libraries = made.libraries(folder, sanitizer)
    told = campaign.campaign(folder, libraries, 200_000, 1, sanitizer)
    assert sum(count for count, _ in told.values()) > 190_000
