"""Lines of an order, its shipping lines and taxes, as GraphQL shows them."""

from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal

from stogly_tui.sandbox.shopify import sums
from stogly_tui.sandbox.shopify.asking import Asking, Bag, gid
from stogly_tui.sandbox.shopify.money import Money
from stogly_tui.sandbox.shopify.records import Carriage, Discount, Fee, Line, Tax
from stogly_tui.sandbox.shopify.views_shop import ProductView, VariantView

Shown = Callable[[Money], Bag]


@dataclass(frozen=True, slots=True)
class Pair:
    """An attribute."""

    key: str
    value: str | None


@dataclass(frozen=True, slots=True)
class AllocationView:
    """``DiscountAllocation``."""

    allocated_amount_set: Bag


class TaxView:
    """``TaxLine``."""

    channel_liable = False
    source = "Shopify"

    def __init__(self, tax: Tax, shown: Shown) -> None:
        self.title = tax.title
        self.rate = float(tax.rate)
        self.rate_percentage = float(tax.rate * 100)
        self.price_set = shown(tax.amount)


def tax_views(taxes: list[Tax], shown: Shown) -> list[TaxView]:
    """Tax lines."""
    return [TaxView(tax, shown) for tax in taxes]


def _allocations(discounts: list[Discount], shown: Shown) -> list[AllocationView]:
    return [AllocationView(shown(one.amount)) for one in discounts]


class FeeView:
    """``AdditionalFee``."""

    typename = "AdditionalFee"

    def __init__(self, fee: Fee, shown: Shown) -> None:
        self.id = gid("AdditionalFee", fee.id)
        self.name = fee.name
        self.price = shown(fee.amount)
        self.tax_lines = tax_views(fee.taxes, shown)


class LineView:
    """``LineItem``."""

    typename = "LineItem"

    def __init__(self, asking: Asking, line: Line, shown: Shown) -> None:
        self._asking = asking
        self._line = line
        self._shown = shown
        self.id = gid("LineItem", line.id)
        self.title = line.title
        self.sku = line.sku
        self.quantity = line.quantity
        self.current_quantity = line.current
        self.unfulfilled_quantity = line.unfulfilled
        self.non_fulfillable_quantity = line.quantity if line.is_tip else line.removed
        self.requires_shipping = line.requires_shipping
        self.is_gift_card = line.gift_card
        self.taxable = line.taxable
        self.variant_title = line.variant_title
        self.vendor = line.vendor

    def name(self) -> str:
        return f"{self.title} - {self.variant_title}" if self.variant_title else self.title

    def refundable_quantity(self) -> int:
        return self._line.current

    def custom_attributes(self) -> list[Pair]:
        return [Pair(key, value) for key, value in self._line.attributes]

    def tax_lines(self, first: int | None = None) -> list[TaxView]:
        return tax_views(self._line.taxes[:first], self._shown)

    def discount_allocations(self) -> list[AllocationView]:
        return _allocations(self._line.discounts, self._shown)

    def original_unit_price_set(self) -> Bag:
        return self._shown(self._line.price)

    def original_total_set(self) -> Bag:
        return self._shown(self._line.price * self._line.quantity)

    def discounted_total_set(self, with_code_discounts: bool | None = None) -> Bag:
        return self._shown(self._total(with_code=bool(with_code_discounts)))

    def discounted_unit_price_set(self) -> Bag:
        return self._shown(self._per_unit(self._total(with_code=False)))

    def discounted_unit_price_after_all_discounts_set(self) -> Bag:
        return self._shown(self._per_unit(self._total(with_code=True)))

    def total_discount_set(self) -> Bag:
        return self._shown(sums.discounts(self._line, with_code=False))

    def variant(self) -> VariantView | None:
        self._asking.need("read_products", "variant")
        variant = self._asking.store.products.variant(self._line.variant_id)
        return None if variant is None else VariantView(self._asking, variant)

    def product(self) -> ProductView | None:
        self._asking.need("read_products", "product")
        variant = self._asking.store.products.variant(self._line.variant_id)
        return None if variant is None else ProductView(variant)

    def _total(self, *, with_code: bool) -> Money:
        return self._line.price * self._line.quantity - sums.discounts(self._line, with_code=with_code)

    def _per_unit(self, amount: Money) -> Money:
        return amount.part(Decimal(1) / self._line.quantity) if self._line.quantity else amount


class CarriageView:
    """``ShippingLine``."""

    carrier_identifier = None
    phone = None
    is_removed = False
    custom = False

    def __init__(self, carriage: Carriage, shown: Shown) -> None:
        self._carriage = carriage
        self._shown = shown
        self.id = gid("ShippingLine", carriage.id)
        self.title = carriage.title
        self.code = carriage.code
        self.source = carriage.source

    def original_price_set(self) -> Bag:
        return self._shown(self._carriage.price)

    def discounted_price_set(self) -> Bag:
        return self._shown(self._carriage.price - sums.discounts(self._carriage))

    def current_discounted_price_set(self) -> Bag:
        return self._shown(self._carriage.price - sums.discounts(self._carriage) - self._carriage.refunded)

    def discount_allocations(self) -> list[AllocationView]:
        return _allocations(self._carriage.discounts, self._shown)

    def tax_lines(self) -> list[TaxView]:
        return tax_views(self._carriage.taxes, self._shown)
