"""Limits: how much of a platform's own budget is used while it is read, and how often it has to say no."""

import time
from pathlib import Path

from benchmarks.place import ADA, connect, open_home
from benchmarks.report import Figure
from stogly_tui.domain.states import ChannelRole
from stogly_tui.operations import pulls
from stogly_tui.operations.channels import named
from stogly_tui.sandbox import Sandbox, ShopifyStore
from stogly_tui.sandbox.seed import backfill
from stogly_tui.sync import intake

STANDARD_RATE, STANDARD_BUCKET = 100.0, 2_000.0
"""Points a second and points in a full bucket, on Shopify's Standard plan."""
KEPT_BACK = STANDARD_BUCKET / 10
"""What background work leaves in the bucket for operators: it is not part of what can be used."""


def measure(folder: Path, count: int = 1_800) -> list[Figure]:
    """Read ``count`` orders of a shop on the Standard plan; the bucket is full when it begins."""
    store = ShopifyStore("Standard", slug="standard", restore_rate=STANDARD_RATE, bucket=STANDARD_BUCKET)
    backfill(store, count, days=(50, 2))
    with Sandbox([store]) as sandbox:
        context = open_home(folder)
        connect(
            "Shop",
            sandbox.url("standard"),
            sandbox.credentials("standard"),
            ChannelRole.SOURCE,
            platform="shopify",
        )
        pulls.pull_now(ADA, ["Shop"])
        spent, began = store.cost_spent, time.monotonic()
        intake.drain(context, named("Shop").id, all_history=True)
        took = time.monotonic() - began
        spent = store.cost_spent - spent
    ours = (spent - STANDARD_BUCKET + KEPT_BACK) / took
    ratio = ours / STANDARD_RATE
    return [
        Figure(
            "Shopify budget used, Standard plan",
            ours,
            STANDARD_RATE,
            ratio,
            "≥ 0.90",
            ratio >= 0.9,
            "points/s",
        ),
        Figure(
            "requests refused by the limit",
            store.throttled,
            None,
            None,
            "≤ 0",
            not store.throttled,
            "requests",
        ),
    ]
