"""Customers, addresses and metafields, as GraphQL shows them."""

from dataclasses import dataclass

from stogly_tui.sandbox.shopify.asking import always, gid
from stogly_tui.sandbox.shopify.records import Address, Customer, Metafield


@dataclass(frozen=True, slots=True)
class EmailView:
    """``CustomerEmailAddress``."""

    email_address: str


@dataclass(frozen=True, slots=True)
class PhoneView:
    """``CustomerPhoneNumber``."""

    phone_number: str


class CustomerView:
    """``Customer``."""

    typename = "Customer"

    def __init__(self, customer: Customer) -> None:
        self.id = gid("Customer", customer.id)
        self.legacy_resource_id = str(customer.id)
        self.email = customer.email
        self.phone = customer.phone
        self.first_name = customer.first_name
        self.last_name = customer.last_name
        self.number_of_orders = str(customer.orders)
        self.created_at = self.updated_at = always(customer.created)

    def display_name(self) -> str:
        names = " ".join(name for name in (self.first_name, self.last_name) if name)
        return names or self.email or self.phone or ""

    def default_email_address(self) -> EmailView | None:
        return EmailView(self.email) if self.email else None

    def default_phone_number(self) -> PhoneView | None:
        return PhoneView(self.phone) if self.phone else None


class AddressView:
    """``MailingAddress``."""

    typename = "MailingAddress"

    def __init__(self, address: Address) -> None:
        self.id = gid("MailingAddress", address.id) + "?model_name=Address"
        self.first_name = address.first_name
        self.last_name = address.last_name
        self.company = address.company
        self.address1 = address.address1
        self.address2 = address.address2
        self.city = address.city
        self.zip = address.zip
        self.province = address.province
        self.province_code = address.province_code
        self.country = address.country
        self.country_code = self.country_code_v2 = address.country_code
        self.phone = address.phone

    def name(self) -> str | None:
        return " ".join(name for name in (self.first_name, self.last_name) if name) or None

    def formatted(self, with_name: bool | None = None, with_company: bool | None = None) -> list[str]:
        lines = [self.address1, self.address2, f"{self.zip or ''} {self.city or ''}".strip(), self.country]
        if with_company is not False:
            lines.insert(0, self.company)
        if with_name:
            lines.insert(0, self.name())
        return [line for line in lines if line]


class MetafieldView:
    """``Metafield``."""

    typename = "Metafield"
    owner_type = "ORDER"

    def __init__(self, metafield: Metafield) -> None:
        self.id = gid("Metafield", metafield.id)
        self.legacy_resource_id = str(metafield.id)
        self.namespace = metafield.namespace
        self.key = metafield.key
        self.type = metafield.type
        self.value = metafield.value
        self.created_at = self.updated_at = always(metafield.created)
