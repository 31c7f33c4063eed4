"""Header equals contract: both are parsed and compared as models, so that a comment is free to change."""

from dataclasses import replace

from ..compare import compare
from ..load.header import load_header
from . import NOT_DECLARED, Result, Subject, found

TITLE = "header equals contract"


def run(subject: Subject) -> Result:
    path = subject.project.header
    if not path:
        return Result("", NOT_DECLARED, "no header beside the contract; name one with --header")
    actual = load_header(path, subject.contract.prefix)
    return found(compare(replace(subject.contract, image=None), actual), f"{path.name}: {len(actual.functions)} functions, {len(actual.structs)} structs")
