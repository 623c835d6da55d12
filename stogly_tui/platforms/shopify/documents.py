"""What we ask of a shop and change at it, in one place with `order_documents`; a test holds each against the schema."""

from dataclasses import dataclass

NAMESPACE, KEY = "stogly", "reference"
"""Where our reference is kept on an order: a metafield of the merchant's, so that any app of ours finds it."""
LOOK_UPS = 25
"""References that one request asks for."""


@dataclass(frozen=True, slots=True)
class Operation:
    """A document with the name it is counted under, and what it probably costs the first time."""

    name: str
    text: str
    points: float


COUNT_ORDERS = Operation(
    "count orders",
    "query CountOrders($query: String) { ordersCount(query: $query, limit: null) { count precision } }",
    10,
)
COUNT_PRODUCTS = Operation(
    "count products", "query CountProducts { productsCount(limit: null) { count precision } }", 10
)

SHOP = Operation(
    "shop",
    """
query Shop {
  shop { id name myshopifyDomain currencyCode ianaTimezone taxesIncluded }
  currentAppInstallation { accessScopes { handle } }
}
""",
    10,
)

SIGN_IN = Operation("sign in", "query SignIn { shop { id } }", 1)

PROTECTED = Operation(
    "protected customer data",
    """
query Protected {
  orders(first: 1, sortKey: UPDATED_AT, reverse: true) {
    nodes { id email phone shippingAddress { name address1 phone } }
  }
}
""",
    5,
)
"""Asks for what Shopify withholds without approval; the answer names the fields it withheld."""

DEFINITION = Operation(
    "definition",
    f"""
query Definition {{
  metafieldDefinitions(first: 1, ownerType: ORDER, namespace: "{NAMESPACE}", key: "{KEY}") {{ nodes {{ id }} }}
}}
""",
    5,
)

DEFINE = Operation(
    "define",
    """
mutation Define($definition: MetafieldDefinitionInput!) {
  metafieldDefinitionCreate(definition: $definition) {
    createdDefinition { id }
    userErrors { field message code }
  }
}
""",
    10,
)

_FOUND = f"""
fragment Found on Order {{
  id legacyResourceId name cancelledAt currencyCode sourceIdentifier
  displayFinancialStatus displayFulfillmentStatus
  reference: metafield(namespace: "{NAMESPACE}", key: "{KEY}") {{ value }}
  totalPriceSet {{ shopMoney {{ amount }} }}
  lineItems(first: 20) {{
    nodes {{ id name sku quantity variant {{ id }} originalTotalSet {{ shopMoney {{ amount }} }} }}
    pageInfo {{ hasNextPage endCursor }}
  }}
}}
"""

CREATE = Operation(
    "create",
    """
mutation Create($order: OrderCreateOrderInput!, $options: OrderCreateOptionsInput) {
  orderCreate(order: $order, options: $options) {
    order { ...Found }
    userErrors { field message code }
  }
}
"""
    + _FOUND,
    110,
)

FOUND = Operation(
    "found",
    "query FoundOrders($ids: [ID!]!) { nodes(ids: $ids) { ... on Order { ...Found } } }" + _FOUND,
    70,
)
"""Its points are for each order."""

FOUND_LINES = Operation(
    "found lines",
    """
query FoundLines($id: ID!, $after: String) {
  order(id: $id) {
    lineItems(first: 100, after: $after) {
      nodes { id name sku quantity variant { id } originalTotalSet { shopMoney { amount } } }
      pageInfo { hasNextPage endCursor }
    }
  }
}
""",
    450,
)

SEARCH = Operation(
    "search",
    f"""
query Search($query: String!, $after: String) {{
  orders(first: 50, after: $after, query: $query, sortKey: CREATED_AT) {{
    nodes {{ id sourceIdentifier reference: metafield(namespace: "{NAMESPACE}", key: "{KEY}") {{ value }} }}
    pageInfo {{ hasNextPage endCursor }}
  }}
}}
""",
    110,
)

SKUS = Operation(
    "skus",
    """
query Skus($query: String!, $after: String) {
  productVariants(first: 100, after: $after, query: $query) {
    nodes { id sku displayName product { id } }
    pageInfo { hasNextPage endCursor }
  }
}
""",
    210,
)

SUBSCRIPTIONS = Operation(
    "subscriptions",
    """
query Subscriptions($after: String) {
  webhookSubscriptions(first: 100, after: $after) {
    nodes { id topic uri format }
    pageInfo { hasNextPage endCursor }
  }
}
""",
    110,
)

SUBSCRIBE = Operation(
    "subscribe",
    """
mutation Subscribe($topic: WebhookSubscriptionTopic!, $webhook: WebhookSubscriptionInput!) {
  webhookSubscriptionCreate(topic: $topic, webhookSubscription: $webhook) {
    webhookSubscription { id topic uri format }
    userErrors { field message }
  }
}
""",
    10,
)

REVIVE = Operation(
    "revive",
    """
mutation Revive($id: ID!, $webhook: WebhookSubscriptionInput!) {
  webhookSubscriptionUpdate(id: $id, webhookSubscription: $webhook) {
    webhookSubscription { id topic uri format }
    userErrors { field message }
  }
}
""",
    10,
)

UNSUBSCRIBE = Operation(
    "unsubscribe",
    """
mutation Unsubscribe($id: ID!) {
  webhookSubscriptionDelete(id: $id) { deletedWebhookSubscriptionId userErrors { field message } }
}
""",
    10,
)


def look_up(count: int) -> Operation:
    """A question for ``count`` references at once: ``o0`` to ``oN``, with the variables ``r0`` to ``rN``."""
    names = ", ".join(f"$r{number}: String!" for number in range(count))
    asked = "\n".join(
        f"  o{number}: orderByIdentifier("
        f'identifier: {{customId: {{namespace: "{NAMESPACE}", key: "{KEY}", value: $r{number}}}}}) {{ id }}'
        for number in range(count)
    )
    return Operation(f"look up {count}", f"query LookUp({names}) {{\n{asked}\n}}", 2.0 * count)
