"""A console over a real SQLite file: orders, pushes, runs and log entries written straight into the tables."""

import json
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from pathlib import Path
from zoneinfo import ZoneInfo

from stogly_tui.console.services import Services
from stogly_tui.domain.codes import ErrorCode
from stogly_tui.domain.people import Actor, Role
from stogly_tui.domain.states import (
    AttemptOutcome,
    AutoSend,
    ChannelHealth,
    ChannelRole,
    ChannelState,
    FlowType,
    HoldReason,
    IntakeState,
    Level,
    OrderStatus,
    PaymentStatus,
    PushState,
    RunState,
)
from stogly_tui.model import database, tables
from tests.support.databases import open_file

NOW = datetime(2026, 11, 16, 11, 31, tzinfo=UTC)
ZONE = ZoneInfo("Europe/Amsterdam")
ANA = Actor("ana", Role.OPERATOR)
ADA = Actor("ada", Role.ADMIN)


def open_empty(folder: Path) -> None:
    """An empty database in a folder, bound to this process."""
    open_file(folder / "stogly.db")


def services(actor: Actor = ADA, **more: object) -> Services:
    """What a console is given in tests: a frozen clock, a fixed zone."""
    given: dict[str, object] = {
        "actor": actor, "environment": "DEMO", "database_title": "stogly", "clock": lambda: NOW, "time_zone": ZONE,
    }  # fmt: skip
    return Services(**(given | more))  # type: ignore[arg-type]


def add_channel(
    name: str,
    *,
    role: ChannelRole = ChannelRole.SOURCE,
    state: ChannelState = ChannelState.ACTIVE,
    destination: int | None = None,
    prefix: str = "",
    health: ChannelHealth = ChannelHealth.OK,
    **more: object,
) -> int:
    """One channel with its flow."""
    channel = tables.Channel.create(
        platform="woocommerce", name=name, name_key=name.casefold(), account_id=f"id-{name}", account_title=name,
        url=f"https://{name.casefold().replace(' ', '-')}.example", role=role, state=state, health=health,
        destination=destination, order_prefix=prefix, auto_send=AutoSend.OFF, currency="EUR",
        platform_version="10.3", time_zone="Europe/Amsterdam", created_at=NOW - timedelta(days=30), updated_at=NOW,
        orders_from=NOW - timedelta(days=20), **more,
    )  # fmt: skip
    kind = FlowType.ORDERS if role.gives_orders else FlowType.PUSH
    tables.Flow.create(
        channel=channel, type=kind, name="Orders" if role.gives_orders else "Push", next_due_at=NOW
    )
    return int(channel.id)


def add_order(
    channel: int,
    number: str,
    *,
    customer: str = "Ruth Okafor",
    total: int = 6490,
    currency: str = "EUR",
    ago: timedelta = timedelta(minutes=2),
    payment: PaymentStatus = PaymentStatus.PAID,
    status: OrderStatus = OrderStatus.PENDING,
    intake: IntakeState = IntakeState.ACCEPTED,
    reason: str = "",
    hold: HoldReason | None = None,
    sku: str = "TEE-WHT-M",
    item: str = "T-shirt white M",
    note: str = "",
    email: str = "",
) -> int:
    """One order with one line, an address and its payload."""
    body = json.dumps({"id": number, "customer": customer, "note": note, "sku": sku}).encode()
    digest = sha256(body).hexdigest()
    at = NOW - ago
    tables.Payload.insert(digest=digest, body=body, received_at=at).on_conflict_ignore().execute()
    order = tables.Order.create(
        channel=channel, remote_id=number.rpartition("-")[2], incarnation="", number=number,
        remote_number=number.rpartition("-")[2], currency=currency, total=total, tax=total // 6, items=1, placed_at=at,
        modified_at=at, paid_at=at if payment.is_paid else None, remote_status="processing", status=status,
        payment=payment, intake=intake, intake_reason=reason, hold=hold, customer=customer,
        email=email or f"{number.lower()}@example.com", phone="+31 20 555 0100", note=note, payment_method="card",
        search=f"{number} {customer} {email} {sku}".casefold(), payload_digest=digest, received_at=at, updated_at=at,
    )  # fmt: skip
    tables.OrderLine.create(
        order=order,
        position=0,
        remote_id="1",
        sku=sku,
        name=item,
        ordered=1,
        total=total - total // 6,
        tax=total // 6,
    )
    tables.OrderAddress.create(
        order=order, kind="shipping", name=customer, line1="Havnegade 12", city="Kobenhavn K", postcode="1058",
        country="DK",
    )  # fmt: skip
    return int(order.id)


def add_push(
    order: int,
    destination: int,
    state: PushState,
    *,
    code: ErrorCode | None = None,
    text: str = "",
    field: str = "",
    request: str = "",
    reply: str = "",
    found: str | None = None,
) -> int:
    """The push of an order, with one attempt where something was sent."""
    push = tables.Push.create(
        order=order, destination=destination, generation=1, reference=f"woocommerce:shop:{order}:1", state=state,
        queued_at=NOW - timedelta(minutes=30), queued_by="ana", rule="by hand", order_revision=1,
        due_at=NOW - timedelta(minutes=30), tries=1 if request else 0, destination_order_id=found,
        destination_number=found or "", error_code=code, error_text=text, error_field=field,
        sent_at=NOW - timedelta(minutes=29) if state is PushState.SENT else None, updated_at=NOW,
    )  # fmt: skip
    tables.Order.update(push_id=push.id).where(tables.Order.id == order).execute()
    if request:
        tables.PushAttempt.create(
            push=push, number=1, started_at=NOW - timedelta(minutes=29), ended_at=NOW - timedelta(minutes=28, seconds=58),
            deadline_at=NOW, worker="here", order_revision=1, code=code, message=text, request=request, reply=reply,
            outcome=AttemptOutcome.SENT if state is PushState.SENT else AttemptOutcome.REJECTED,
            http_status=201 if state is PushState.SENT else 400,
        )  # fmt: skip
    return int(push.id)


def add_run(channel: int, state: RunState, *, created: int = 0, failed: int = 0, error: str = "") -> int:
    """One run."""
    run = tables.SyncRun.create(
        channel=channel, type=FlowType.ORDERS, trigger="interval", state=state, pages=1, seen=created + failed,
        created=created, failed=failed, error_text=error, error_code="RUN-FAILED" if error else "",
        asked_at=NOW - timedelta(minutes=5), started_at=NOW - timedelta(minutes=5),
        finished_at=NOW - timedelta(minutes=4, seconds=46) if state.has_ended else None,
    )  # fmt: skip
    return int(run.id)


def add_entry(
    channel: int, run: int, code: str, message: str, level: Level = Level.INFO, order: int | None = None
) -> None:
    """One log entry."""
    tables.LogEntry.create(
        at=NOW - timedelta(minutes=4),
        level=level,
        channel=channel,
        run=run,
        order=order,
        code=code,
        message=message,
    )


def add_note(order: int, text: str, author: str = "ana", ago: timedelta = timedelta(minutes=9)) -> None:
    """What a colleague wrote about an order."""
    tables.Note.create(order=order, at=NOW - ago, author=author, text=text)


def seed(many: int = 0) -> dict[str, int]:
    """A small house: two sources, a destination, an order in each state that matters. Returns ids by name."""
    with database.connection():
        dest = add_channel("Woo Main", role=ChannelRole.DESTINATION)
        shop = add_channel("Woo Retail", destination=dest, prefix="SHOP-")
        b2b = add_channel("Woo B2B", destination=dest, prefix="WOB-", state=ChannelState.READ_ONLY)
        ids = {"dest": dest, "shop": shop, "b2b": b2b}
        minutes = 0

        def order(number: str, **more: object) -> int:
            nonlocal minutes
            minutes += 7
            found = add_order(
                b2b if number.startswith("WOB") else shop,
                number,
                ago=timedelta(minutes=minutes),
                **more,  # type: ignore[arg-type]
            )
            ids[number] = found
            return found

        order("SHOP-1431")
        order("SHOP-1430", customer="Q. Lindqvist", total=2850)
        order("SHOP-1429", customer="", total=11900)
        add_push(order("SHOP-1428", customer="Tom Ashby", total=4100, currency="GBP"), dest, PushState.QUEUED)
        order("SHOP-1427", customer="Ida Brandt", total=4030, payment=PaymentStatus.UNPAID)
        add_push(
            order("SHOP-1426", customer="Jonas Weiss", total=8600, sku="SOCK-5P", item="Socks, 5 pairs"),
            dest, PushState.ERROR, code=ErrorCode.SKU_NOT_AT_DESTINATION, text='Woo Main has no SKU "SOCK-5P"',
            field="sku", request='POST /wp-json/wc/v3/orders\n{"line_items": [{"sku": "SOCK-5P"}]}',
            reply='HTTP 400\n{"code": "product_invalid", "message": "No product has this SKU."}',
        )  # fmt: skip
        add_push(order("WOB-5521", customer="Café Mokka BV", total=124800), dest, PushState.IN_DOUBT,
                 code=ErrorCode.OUTCOME_UNKNOWN, text="no reply in 30 s")  # fmt: skip
        order("SHOP-1419", customer="Léa Moreau", total=5510, intake=IntakeState.HELD, hold=HoldReason.MANUAL,
              reason="customer rang")  # fmt: skip
        add_push(order("WOB-5518", customer="Bar Nero srl", total=31075, status=OrderStatus.PROCESSING), dest,
                 PushState.SENT, found="88213", request="POST /orders", reply="201")  # fmt: skip
        add_push(
            order("SHOP-1042", customer="王伟 渡辺", total=12990),
            dest,
            PushState.HANDLED_MANUALLY,
            found="88001",
        )
        order("SHOP-1031", customer="Per Dahl", total=129000, currency="SEK", status=OrderStatus.SHIPPED,
              intake=IntakeState.HISTORY)  # fmt: skip
        order("SHOP-1030", customer="", intake=IntakeState.FAILED, reason="total 'abc' is not an amount")
        for number in range(many):
            order(f"SHOP-{999 - number}", customer=f"Buyer {number}", total=1000 + number)
        run = add_run(shop, RunState.FINISHED, created=4)
        bad = add_run(b2b, RunState.FINISHED_PARTIALLY, created=3, failed=1)
        add_run(b2b, RunState.FAILED, error="HTTP 503")
        add_entry(shop, run, "PAGE-STORED", "4 orders, cursor kept")
        add_entry(b2b, bad, "BAD-RECORD", "total 'abc' is not an amount", Level.ERROR, ids["SHOP-1030"])
        add_entry(dest, run, "OUTCOME-UNKNOWN", "no reply in 30 s, looked up", Level.WARNING, ids["WOB-5521"])
    return ids
