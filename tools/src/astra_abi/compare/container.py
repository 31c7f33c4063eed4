"""The file around the library: its format and machine, what it promises to loaders, and what an archive holds."""

from __future__ import annotations

from typing import Iterator

from ..model.container import Container, PlatformTag
from ..toolchain import version_key
from .kinds import Change
from .pair import Pair


def changes(pair: Pair) -> Iterator[Change]:
    images = pair.old.image, pair.new.image
    old, new = (image.container if image else None for image in images)
    if old is None or new is None:
        return
    where = pair.site
    other = list(another_kind(old, new, where))
    yield from other
    if other:
        return  # Files of two kinds differ in all the rest as well.
    yield from architectures(old, new, where)
    yield from systems(old, new, where)
    yield from tags(old.tag, new.tag, where, images[0].promises("platform"))
    yield from exports(pair, old, new, where)
    if old.hidden is not None and new.hidden is not None:
        for name in sorted((set(new.hidden) - set(old.hidden)) & (images[0].symbols or {}).keys()):
            yield Change("symbol_hidden", f"symbol:{name}", {}, "default", "hidden", where)
    if old.members is not None and new.members is not None:
        for name in sorted(set(old.members) - set(new.members)):
            yield Change("member_removed", f"library:member:{name}", {}, name, None, where)
        for name in sorted(set(new.members) - set(old.members)):
            yield Change("member_added", f"library:member:{name}", {}, None, name, where)


def another_kind(old: Container, new: Container, where: str) -> Iterator[Change]:
    """The first thing that makes it a file for other programs; what differs besides follows from that."""
    for what in ("format", "machine", "bits", "byte_order"):
        before, after = getattr(old, what), getattr(new, what)
        if before is not None and after is not None and before != after:
            yield Change("format_changed", f"library:{what.replace('_', '-')}", {"what": what}, str(before), str(after), where)
            return


def architectures(old: Container, new: Container, where: str) -> Iterator[Change]:
    if old.architectures is None or new.architectures is None:
        return
    for name in sorted(set(old.architectures) - set(new.architectures)):
        yield Change("architecture_removed", f"library:architecture:{name}", {}, name, None, where)
    for name in sorted(set(new.architectures) - set(old.architectures)):
        yield Change("architecture_added", f"library:architecture:{name}", {}, None, name, where)


def systems(old: Container, new: Container, where: str) -> Iterator[Change]:
    before, after = old.compatibility_version, new.compatibility_version
    if before is not None and after is not None and version_key(before) != version_key(after):
        now = "raised" if version_key(after) > version_key(before) else "lowered"
        yield Change("compatibility_version_changed", "library:compatibility-version", {"now": now}, before, after, where)
    if old.minimum_os is None or new.minimum_os is None:
        return
    for platform, before in sorted(old.minimum_os.items()):
        after = new.minimum_os.get(platform)
        if after is None:
            yield Change("platform_removed", f"library:platform:{platform}", {}, f"{platform} {before}", None, where)
        elif version_key(after) > version_key(before):
            yield Change("minimum_os_raised", f"library:minimum-os.{platform}", {}, before, after, where)


def tags(old: PlatformTag | None, new: PlatformTag | None, where: str, declared: bool = False) -> Iterator[Change]:
    """`declared`: the old tag is what a contract promises, so that a better one is no change and a lesser one breaks it."""
    if old is None or new is None or (old.libc, old.rank) == (new.libc, new.rank):
        return
    now = "narrower" if old.libc != new.libc or new.rank > old.rank else "wider"
    after = f"{new.name}: {new.why}" if new.why and now == "narrower" else new.name
    if declared and now == "wider":
        return
    now = "below" if declared else now
    yield Change("platform_tag_changed", "library:platform-tag", {"now": now}, old.name, after, where)


def exports(pair: Pair, old: Container, new: Container, where: str) -> Iterator[Change]:
    """Ordinals and forwarders of names that both sides export."""
    both = (pair.old.image.symbols or {}).keys() & (pair.new.image.symbols or {}).keys()
    before, after = old.ordinals or {}, new.ordinals or {}
    for name in sorted(both & before.keys() & after.keys()):
        if before[name] != after[name]:
            yield Change("export_ordinal_changed", f"symbol:{name}", {}, f"@{before[name]}", f"@{after[name]}", where)
    if old.forwarders is None or new.forwarders is None:
        return
    for name in sorted(both & (old.forwarders.keys() | new.forwarders.keys())):
        was, now = old.forwarders.get(name), new.forwarders.get(name)
        if was != now:
            fact = "added" if was is None else "removed" if now is None else "another"
            yield Change("forwarder_changed", f"symbol:{name}", {"now": fact}, was, now, where)
