"""astra-abi: the gate that keeps a C ABI from breaking silently."""

__version__ = "0.1.0"
