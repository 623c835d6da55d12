"""Money of an order's lines and charges, so that they add up to what the shop says the order costs now.

All of it is the shop's money. What was refunded or taken off is no longer in it: Shopify's ``current`` amounts
leave it out, and so do ours.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from decimal import ROUND_HALF_UP, Decimal
from itertools import combinations

from stogly_tui.domain.money import exponent, to_minor
from stogly_tui.domain.orders import IncomingCharge
from stogly_tui.domain.states import ChargeKind
from stogly_tui.platforms.shopify.values import ZERO, count, obj, objects, shop, text
from stogly_tui.platforms.shopify.wire import Json


@dataclass(slots=True)
class LineMoney:
    """Net and tax of the pieces that are still on a line. ``slack`` is how far rounding may be off."""

    net: int
    tax: int
    before_discount: int
    slack: int = 0

    def add(self, gross: int, tax: int) -> None:
        """Put a rounding difference onto the line: so much more in all, of which tax."""
        self.net += gross - tax
        self.tax += tax


@dataclass(slots=True)
class Sums:
    """Lines by id, and charges."""

    lines: dict[str, LineMoney]
    charges: list[IncomingCharge]
    notes: list[str] = field(default_factory=list)

    @property
    def total(self) -> int:
        """What they add up to."""
        lines = sum(line.net + line.tax for line in self.lines.values())
        return lines + sum(charge.amount + charge.tax for charge in self.charges)

    @property
    def tax(self) -> int:
        """The tax in them."""
        return sum(line.tax for line in self.lines.values()) + sum(charge.tax for charge in self.charges)


def sums(order: Json, currency: str, total: int) -> Sums:
    """The parts of an order. A rest that Shopify's own figures do not explain is left, for others to see.

    Raises:
        BadMoney: an amount is none.
    """
    is_gross = order.get("taxesIncluded") is True
    made = Sums({}, [])
    for line in objects(order, "lineItems"):
        made.lines[text(line.get("id"))] = _line(line, currency, is_gross=is_gross)
    made.charges += _shipping(order, currency, is_gross=is_gross)
    made.charges += _fees(order, currency, is_gross=is_gross)
    _settle_tax(made, order, currency, is_gross=is_gross)
    _settle_total(made, order, currency, total)
    return made


def _line(line: Json, currency: str, *, is_gross: bool) -> LineMoney:
    """What is still on the line: ``discountAllocations`` and ``taxLines`` also count pieces that are off it."""
    ordered = count(line.get("quantity"))
    kept = min(count(line.get("currentQuantity", ordered)), ordered)
    if not kept:
        return LineMoney(0, 0, 0)
    share = Decimal(kept) / Decimal(ordered)
    full = shop(line, "originalUnitPriceSet") * kept
    taken = sum((shop(one, "allocatedAmountSet") for one in objects(line, "discountAllocations")), ZERO)
    paid = full - taken * share
    tax = to_minor(_tax(line) * share, currency)
    amount = to_minor(paid, currency)
    net = amount - tax if is_gross else amount
    before = full * (Decimal(net) / Decimal(amount)) if is_gross and amount else full
    return LineMoney(net, tax, to_minor(before, currency), slack=0 if kept == ordered else ordered)


def _shipping(order: Json, currency: str, *, is_gross: bool) -> Iterator[IncomingCharge]:
    """Shipping as it is now; a refunded part leaves its tax too."""
    for line in objects(order, "shippingLines"):
        if line.get("isRemoved") is True:
            continue
        first, now = shop(line, "discountedPriceSet"), shop(line, "discountedPriceSet")
        if obj(line, "currentDiscountedPriceSet"):
            now = shop(line, "currentDiscountedPriceSet")
        tax = _tax(line) * (now / first) if first else ZERO
        yield _charge(ChargeKind.SHIPPING, text(line.get("title")), now, tax, currency, is_gross=is_gross)


def _fees(order: Json, currency: str, *, is_gross: bool) -> Iterator[IncomingCharge]:
    """Additional fees and duties as they are now; duties that the prices include are no charge."""
    fees = objects(order, "additionalFees")
    now = shop(order, "currentTotalAdditionalFeesSet")
    if sum((shop(fee, "price") for fee in fees), ZERO) == now:
        for fee in fees:
            yield _charge(
                ChargeKind.FEE,
                text(fee.get("name")),
                shop(fee, "price"),
                _tax(fee),
                currency,
                is_gross=is_gross,
            )
    elif now:
        yield _charge(ChargeKind.FEE, "Fees", now, ZERO, currency, is_gross=is_gross)
    duties = shop(order, "currentTotalDutiesSet")
    if duties and order.get("dutiesIncluded") is not True:
        yield _charge(ChargeKind.FEE, "Duties", duties, ZERO, currency, is_gross=False)


def _settle_tax(made: Sums, order: Json, currency: str, *, is_gross: bool) -> None:
    """Tax that is on no line is a charge; where prices include it, it is in them already."""
    if not obj(order, "currentTotalTaxSet"):
        return
    rest = to_minor(shop(order, "currentTotalTaxSet"), currency) - made.tax
    line = _adjustable(made, rest)
    if line is not None:
        line.add(0 if is_gross else rest, rest)
    elif rest and not is_gross:
        made.charges.append(IncomingCharge(ChargeKind.TAX, "Tax", 0, rest))


def _adjustable(made: Sums, rest: int) -> LineMoney | None:
    shares = [line for line in made.lines.values() if line.slack]
    if not rest or abs(rest) > sum(line.slack for line in shares):
        return None
    return max(shares, key=lambda line: line.net)


def _settle_total(made: Sums, order: Json, currency: str, total: int) -> None:
    """Find which of the shop's other figures make up what is missing, all of it or nothing.

    A tip may be a line or not; a refund of an amount without pieces, and the rounding of cash, may be in the
    total or not: their sum tells. Lines of which pieces were taken off are shares, rounded by us: the total
    decides their last cent.
    """
    known = [charge for charge in _others(order, currency) if charge.amount]
    for size in range(len(known) + 1):
        for chosen in combinations(known, size):
            rest = total - made.total - sum(charge.amount for charge in chosen)
            line = _adjustable(made, rest)
            if rest == 0 or line is not None:
                made.charges += chosen
                if line is not None:
                    line.add(rest, 0)
                return


def _others(order: Json, currency: str) -> Iterator[IncomingCharge]:
    tip = to_minor(shop(order, "totalTipReceivedSet"), currency)
    yield IncomingCharge(ChargeKind.TIP, "Tip", tip)
    rounding = shop(obj(order, "totalCashRoundingAdjustment"), "paymentSet")
    yield IncomingCharge(ChargeKind.FEE, "Cash rounding", to_minor(rounding, currency))
    back = ZERO
    for refund in objects(order, "refunds"):
        for one in objects(refund, "orderAdjustments"):
            back += shop(one, "amountSet") + shop(one, "taxAmountSet")
    yield IncomingCharge(ChargeKind.DISCOUNT, "Refund without goods", -abs(to_minor(back, currency)))


def _charge(
    kind: ChargeKind, name: str, price: Decimal, tax: Decimal, currency: str, *, is_gross: bool
) -> IncomingCharge:
    step = Decimal(1).scaleb(-exponent(currency))
    paid, of_it = price.quantize(step, ROUND_HALF_UP), tax.quantize(step, ROUND_HALF_UP)
    net = paid - of_it if is_gross else paid
    return IncomingCharge(kind, name, to_minor(net, currency), to_minor(of_it, currency))


def _tax(part: Json) -> Decimal:
    return sum((shop(one, "priceSet") for one in objects(part, "taxLines")), ZERO)
