"""Readers: every source of an ABI (contract, header, binary, note, baseline) becomes one `model.Abi`."""
