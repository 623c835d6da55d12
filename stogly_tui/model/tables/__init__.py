"""Peewee classes and nothing else. `ALL` lists them in the order in which they can be created."""

from stogly_tui.model.tables.base import database
from stogly_tui.model.tables.channels import (
    Backfill,
    Channel,
    Flow,
    Lease,
    RateLimit,
    SignIn,
    SkuAlias,
    WebhookEndpoint,
)
from stogly_tui.model.tables.journal import Audit, Change, Meta, User
from stogly_tui.model.tables.orders import Charge, Order, OrderAddress, OrderLine, Payload
from stogly_tui.model.tables.pushes import Push, PushAttempt
from stogly_tui.model.tables.runs import Cursor, IntakeTrigger, LogEntry, SyncRun

ALL = (
    Meta,
    Channel,
    Flow,
    Lease,
    RateLimit,
    SkuAlias,
    Backfill,
    WebhookEndpoint,
    SignIn,
    User,
    Payload,
    Order,
    OrderLine,
    Charge,
    OrderAddress,
    Push,
    PushAttempt,
    SyncRun,
    Cursor,
    IntakeTrigger,
    LogEntry,
    Audit,
    Change,
)

__all__ = [
    "ALL",
    "Audit",
    "Backfill",
    "Change",
    "Channel",
    "Charge",
    "Cursor",
    "Flow",
    "IntakeTrigger",
    "Lease",
    "LogEntry",
    "Meta",
    "Order",
    "OrderAddress",
    "OrderLine",
    "Payload",
    "Push",
    "PushAttempt",
    "RateLimit",
    "SignIn",
    "SkuAlias",
    "SyncRun",
    "User",
    "WebhookEndpoint",
    "database",
]
