"""Every legal network before HIPS autograd, on a forward pass of its own with examples in rows."""

import pytest

from tests.cases import FAMILIES
from tests.gradients.judges import failures


@pytest.mark.parametrize("family", FAMILIES, ids=str)
def test_gradients_agree(family):
    assert not failures("HIPS autograd", family)
