"""Contracts that are valid but unsound: a header made from them would break callers in silence."""

from __future__ import annotations

from ..model import Abi, AstraError


def refuse_unsound(abi: Abi) -> None:
    """Refuses an appended input field whose old behaviour is not zero.

    An older library treats a newer caller's zero as "not there"; with another default it would accept the
    call and do something else.
    """
    for struct in abi.structs.values():
        for field in struct.fields:
            if field.since != struct.since and struct.direction == "in" and field.default != 0:
                raise AstraError(
                    f"the field means its old behaviour by {field.default}, which must be 0",
                    f"{struct.where}.fields.{field.name}", "choose an encoding in which 0 is what callers had before",
                )
