"""The ABI model: what every reader fills and the comparer compares. Owns no I/O and no opinion.

A facet that a reader cannot know is None, and the comparer leaves it alone: a binary knows nothing of
ownership, a contract nothing of addresses. Empty means "known to be empty", which is something else.
"""

from .abi import Abi, resolve
from .basics import FLOATS, INTEGERS, POINTER_SLOT, AstraError, Version
from .functions import Attribute, Condition, Extension, Function, Operator, Param, Requirement
from .image import Behaviour, Entry, Image, Lack, Outcome, Table, Want
from .recorded import Output, Recorded
from .program import Taken, Taking
from .types import Constant, Enum, Field, Handle, Macro, Signature, Struct, Type, Typedef, Variable

__all__ = [
    "FLOATS", "INTEGERS", "POINTER_SLOT", "Abi", "AstraError", "Attribute", "Behaviour", "Condition", "Constant", "Entry", "Enum",
    "Field", "Function", "Handle", "Image", "Lack", "Macro", "Operator", "Outcome", "Output", "Param", "Recorded", "Requirement", "Signature",
    "Struct", "Table", "Taken", "Taking", "Type", "Typedef", "Variable", "Version", "Want", "resolve",
]
