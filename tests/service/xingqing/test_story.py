"""
Xingqing's story (deploy/stories).
"""

from __future__ import annotations

import pytest


@pytest.mark.last  # its return is signed for a later day than those of the rows
@pytest.mark.requirement("XQ-11", "XQ-12", "XQ-23")
def test_a_matter_handed_down_is_taken_in_and_struck_off(live_story):
    live_story("xq-2020")
