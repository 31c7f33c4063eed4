"""Every error that follows from a parameter's role: rows generated from the contract."""

from astra_abi.conform.negatives import check_negative


def test_refused_as_the_role_says(astra, negative):
    check_negative(astra, negative)
