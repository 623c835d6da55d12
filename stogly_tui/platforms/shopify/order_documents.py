"""What we ask to read an order: most of it in a list, the rest only of the orders that have it.

Sizes are chosen for what a query may cost (1,000 points [M]): few lines per order in a list, more by further
questions for the rare order that has them.
"""

from stogly_tui.platforms.shopify.documents import KEY, NAMESPACE, Operation

LINES = 10
"""Lines of an order that a list reads; the rest is read on."""
CHARGES = 3
EVENTS = 10
"""Fulfilments and refunds of an order that a list names."""
MORE_LINES = 100
MORE_EVENTS = 250

_LINE = """
fragment Line on LineItem {
  id name sku quantity currentQuantity unfulfilledQuantity requiresShipping isGiftCard
  variant @include(if: $products) { id }
  originalUnitPriceSet { shopMoney { amount } }
  discountAllocations { allocatedAmountSet { shopMoney { amount } } }
  taxLines { priceSet { shopMoney { amount } } }
}
"""
_CHARGE = """
fragment Charge on ShippingLine {
  title isRemoved
  discountedPriceSet { shopMoney { amount } }
  currentDiscountedPriceSet { shopMoney { amount } }
  taxLines { priceSet { shopMoney { amount } } }
}
"""
_ADDRESS = """
fragment Place on MailingAddress {
  name firstName lastName company address1 address2 city provinceCode province zip countryCodeV2 phone
}
"""
_EVENTS = """
fragment Sending on Fulfillment { id status displayStatus deliveredAt }
"""
_ORDER = f"""
fragment Whole on Order {{
  id legacyResourceId name createdAt processedAt updatedAt cancelledAt closedAt
  test fullyPaid taxesIncluded currencyCode presentmentCurrencyCode
  displayFinancialStatus displayFulfillmentStatus
  email phone note tags sourceIdentifier paymentGatewayNames
  reference: metafield(namespace: "{NAMESPACE}", key: "{KEY}") {{ value }}
  customer @include(if: $customers) {{ displayName }}
  billingAddress {{ ...Place }}
  shippingAddress {{ ...Place }}
  currentTotalPriceSet {{ shopMoney {{ amount }} presentmentMoney {{ amount }} }}
  currentSubtotalPriceSet {{ shopMoney {{ amount }} }}
  currentTotalTaxSet {{ shopMoney {{ amount }} }}
  totalTipReceivedSet {{ shopMoney {{ amount }} }}
  totalRefundedSet {{ shopMoney {{ amount }} }}
  lineItems(first: {LINES}) {{ nodes {{ ...Line }} pageInfo {{ hasNextPage endCursor }} }}
  shippingLines(first: {CHARGES}) {{ nodes {{ ...Charge }} pageInfo {{ hasNextPage endCursor }} }}
  transactions(first: 5) {{ kind status processedAt }}
  fulfillments(first: {EVENTS}) {{ ...Sending }}
  refunds(first: {EVENTS}) {{ id }}
}}
"""
_FRAGMENTS = _ORDER + _LINE + _CHARGE + _ADDRESS + _EVENTS

ORDERS = Operation(
    "orders",
    """
query Orders(
  $first: Int!, $after: String, $query: String!, $sortKey: OrderSortKeys!
  $customers: Boolean!, $products: Boolean!
) {
  orders(first: $first, after: $after, query: $query, sortKey: $sortKey) {
    nodes { ...Whole }
    pageInfo { hasNextPage endCursor }
  }
}
"""
    + _FRAGMENTS,
    150,
)
"""A page of whole orders; its points are for each of them."""

HEADS = Operation(
    "heads",
    """
query Heads($first: Int!, $after: String, $query: String!, $sortKey: OrderSortKeys!) {
  orders(first: $first, after: $after, query: $query, sortKey: $sortKey) {
    nodes { id legacyResourceId updatedAt }
    pageInfo { hasNextPage endCursor }
  }
}
""",
    5,
)
"""Ids and times only: what stands in a list where whole orders cannot be shown."""

ORDER = Operation(
    "order",
    "query One($id: ID!, $customers: Boolean!, $products: Boolean!) { order(id: $id) { ...Whole } }"
    + _FRAGMENTS,
    150,
)

SEVERAL = Operation(
    "several orders",
    """
query Several($ids: [ID!]!, $customers: Boolean!, $products: Boolean!) {
  nodes(ids: $ids) { ... on Order { ...Whole } }
}
"""
    + _FRAGMENTS,
    150,
)
"""Orders by their ids; its points are for each of them."""

ORDER_LINES = Operation(
    "order lines",
    f"""
query Lines($id: ID!, $after: String, $products: Boolean!) {{
  order(id: $id) {{
    lineItems(first: {MORE_LINES}, after: $after) {{ nodes {{ ...Line }} pageInfo {{ hasNextPage endCursor }} }}
  }}
}}
"""
    + _LINE,
    900,
)

ORDER_CHARGES = Operation(
    "order charges",
    """
query Charges($id: ID!, $after: String) {
  order(id: $id) {
    shippingLines(first: 50, after: $after) { nodes { ...Charge } pageInfo { hasNextPage endCursor } }
  }
}
"""
    + _CHARGE,
    400,
)

ORDER_EVENTS = Operation(
    "order events",
    f"""
query Events($id: ID!) {{
  order(id: $id) {{
    fulfillments(first: {MORE_EVENTS}) {{ ...Sending }}
    refunds(first: {MORE_EVENTS}) {{ id }}
  }}
}}
"""
    + _EVENTS,
    500,
)

EVENT_LINES = Operation(
    "event lines",
    """
query EventLines($id: ID!, $refunds: Int!, $sent: Int!, $lines: Int!) {
  order(id: $id) {
    refunds(first: $refunds) {
      id
      refundLineItems(first: $lines) { nodes { ...Back } pageInfo { hasNextPage endCursor } }
      orderAdjustments(first: 10) { nodes { amountSet { shopMoney { amount } } taxAmountSet { shopMoney { amount } } } }
    }
    fulfillments(first: $sent) {
      ...Sending
      fulfillmentLineItems(first: $lines) {
        nodes { quantity lineItem { id } }
        pageInfo { hasNextPage endCursor }
      }
    }
  }
}
fragment Back on RefundLineItem { quantity restockType lineItem { id } }
"""
    + _EVENTS,
    5,
)
"""The lines of an order's refunds and fulfilments; its points are for each line of each."""

EXTRAS = Operation(
    "extras",
    """
query Extras($id: ID!) {
  order(id: $id) {
    dutiesIncluded
    currentTotalDutiesSet { shopMoney { amount } }
    currentTotalAdditionalFeesSet { shopMoney { amount } }
    additionalFees { name price { shopMoney { amount } } taxLines { priceSet { shopMoney { amount } } } }
    totalCashRoundingAdjustment { paymentSet { shopMoney { amount } } }
  }
}
""",
    20,
)
"""Amounts that few orders have: asked for where the others do not make the total."""

FULFILMENT = Operation(
    "fulfilment",
    f"""
query Sent($id: ID!, $after: String) {{
  fulfillment(id: $id) {{
    id
    fulfillmentLineItems(first: {MORE_LINES}, after: $after) {{
      nodes {{ quantity lineItem {{ id }} }}
      pageInfo {{ hasNextPage endCursor }}
    }}
  }}
}}
""",
    250,
)

REFUND = Operation(
    "refund",
    """
query Refunded($id: ID!, $after: String) {
  refund(id: $id) {
    id
    refundLineItems(first: 50, after: $after) {
      nodes {
        quantity restockType lineItem { id }
      }
      pageInfo { hasNextPage endCursor }
    }
    orderAdjustments(first: 10) { nodes { amountSet { shopMoney { amount } } taxAmountSet { shopMoney { amount } } } }
  }
}
""",
    170,
)
