"""Customer data made unreadable for people who only look: enough stays to recognise it, too little to use it."""

from dataclasses import replace

from stogly_tui.domain.orders import Address

HIDDEN = "(hidden)"


def masked_email(email: str) -> str:
    """``r***@example.com``."""
    name, at, host = email.partition("@")
    if not email:
        return ""
    return f"{name[:1]}***@{host}" if at else "***"


def masked_phone(phone: str) -> str:
    """``*** 00``: the last two digits, where there are enough of them."""
    digits = "".join(letter for letter in phone if letter.isdigit())
    if not phone:
        return ""
    return f"*** {digits[-2:]}" if len(digits) > 4 else "***"


def masked_address(address: Address) -> Address:
    """Name, city, region and country stay; street, postcode, phone and e-mail do not."""
    return replace(
        address,
        line1="***" if address.line1 else "",
        line2="***" if address.line2 else "",
        postcode="***" if address.postcode else "",
        phone=masked_phone(address.phone),
        email=masked_email(address.email),
    )
