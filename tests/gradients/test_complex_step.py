"""Every legal network before the complex step: the imaginary part of the library's own forward pass."""

import pytest

from tests.cases import FAMILIES
from tests.gradients.judges import failures


@pytest.mark.parametrize("family", FAMILIES, ids=str)
def test_gradients_agree(family):
    assert not failures("complex step", family)
