"""astra-abi: the gate that keeps a C ABI from breaking silently."""
