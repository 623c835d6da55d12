"""Words the tests of the command line are written in."""

import io
import itertools
import json
import os
import subprocess
import sys
import threading
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from stogly_tui import __main__
from stogly_tui.domain.people import MACHINE
from stogly_tui.model import database as db
from stogly_tui.model.tables import Channel
from stogly_tui.sandbox import Fault, Sandbox, ShopifyStore, WooStore
from tests.support.trade import ADDRESS, make_store

WAIT = 20.0
_numbers = itertools.count(1)
FAST = ("--set", "requests_per_second=10000", "--set", "request_timeout=5")


@dataclass(frozen=True)
class Ended:
    """A command that has ended: its exit code, its data and its narration."""

    code: int
    out: str
    err: str

    @property
    def data(self) -> Any:
        """What it printed, as JSON."""
        return json.loads(self.out)

    def __str__(self) -> str:
        return f"exit {self.code}\n--- stdout\n{self.out}\n--- stderr\n{self.err}"


class Typed(io.StringIO):
    """Standard input of somebody at a terminal."""

    def isatty(self) -> bool:
        return True


class Running:
    """A command in a process of its own, whose narration can be waited for."""

    def __init__(self, process: "subprocess.Popen[str]") -> None:
        self.process = process
        self._lines = {"out": list[str](), "err": list[str]()}
        self._told = threading.Condition()
        self._readers = [
            threading.Thread(target=self._read, args=(name, stream), daemon=True)
            for name, stream in (("out", process.stdout), ("err", process.stderr))
        ]
        for reader in self._readers:
            reader.start()

    def until(self, text: str, stream: str = "err") -> str:
        """Wait for a line that holds a text; the line."""
        with self._told:
            found = self._told.wait_for(lambda: [one for one in self._lines[stream] if text in one], WAIT)
            assert found, f"{text!r} was not said: {self._lines}"
            return found[0]

    def ended(self) -> Ended:
        """Wait for its end."""
        code = self.process.wait(WAIT)
        for reader in self._readers:
            reader.join(WAIT)
        return Ended(code, "".join(self._lines["out"]), "".join(self._lines["err"]))

    def _read(self, name: str, stream: Any) -> None:
        with stream:
            for line in stream:
                with self._told:
                    self._lines[name].append(line)
                    self._told.notify_all()


@dataclass
class CommandLine:
    """The command line over a home of the test's own, and two stores of the sandbox."""

    home: Path
    sandbox: Sandbox
    capsys: pytest.CaptureFixture[str]
    patch: pytest.MonkeyPatch
    shop: WooStore = field(init=False)
    main: WooStore = field(init=False)
    other: WooStore = field(init=False)
    _children: list[Running] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.shop, self.main = make_store(self.sandbox, "shop"), make_store(self.sandbox, "main")
        self.other = make_store(self.sandbox, "other")
        self.main.products.create({"name": "Only here", "sku": "KNOWN", "regular_price": "1.00"})
        self.patch.setenv("STOGLY_HOME", str(self.home))
        self.patch.setenv("STOGLY_TIME_ZONE", "UTC")

    def __call__(self, *words: str, stdin: "str | io.StringIO" = "") -> Ended:
        """Run a command in this process."""
        self.capsys.readouterr()
        with self.patch.context() as patch:
            patch.setattr(sys, "stdin", io.StringIO(stdin) if isinstance(stdin, str) else stdin)
            try:
                code = __main__.main(words)
            except SystemExit as left:
                code = left.code if isinstance(left.code, int) else 1
        told = self.capsys.readouterr()
        return Ended(code, told.out, told.err)

    def spawn(self, *words: str) -> Running:
        """Start a command in a process of its own."""
        return self.start(sys.executable, "-m", "stogly_tui", *words)

    def start(self, *program: str) -> Running:
        """Start a program that is ended with the test."""
        process = subprocess.Popen(
            program, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
            env={**os.environ, "PYTHONUNBUFFERED": "1"},
        )  # fmt: skip
        self._children.append(Running(process))
        return self._children[-1]

    def stop_children(self) -> None:
        """End what a failed test has left running."""
        for child in self._children:
            if child.process.poll() is None:
                child.process.kill()
            child.ended()

    def credentials(self, store: WooStore, name: str = "keys.json", **changes: str) -> str:
        """A file with the keys of a store."""
        path = self.home.parent / name
        path.touch(mode=0o600)
        path.write_text(json.dumps(self.sandbox.credentials(store.slug) | changes))
        return str(path)

    def shopify(self) -> ShopifyStore:
        """A shop of Shopify that sells a tee."""
        store = ShopifyStore("Shop", slug=f"cli{next(_numbers)}")
        store.create_product("Tee", "TEE", "20.00")
        self.sandbox.add(store)
        return store

    def secrets(self, **values: str) -> str:
        """A file with secrets that only its owner can read."""
        path = self.home.parent / "secrets.json"
        path.touch(mode=0o600)
        path.write_text(json.dumps(values))
        return str(path)

    def connect(self, *more: str) -> None:
        """Connect main as destination and shop as live source, from the beginning of time."""
        done = self.add("Main", self.main, "--role", "destination")
        assert done.code == 0, done
        done = self.add(
            "Shop", self.shop, "--destination", "Main", "--set", "order_prefix=S-", "--go-live",
            "--orders-from", "2020-01-01", *more,
        )  # fmt: skip
        assert done.code == 0, done

    def add(self, name: str, store: WooStore, *more: str) -> Ended:
        """Connect a store."""
        return self(
            "channel", "add", "woocommerce", name, "--url", store.base_url, "--credentials", self.credentials(store),
            *FAST, *more,
        )  # fmt: skip

    def place(self, *skus: str, at: WooStore | None = None, **more: Any) -> int:
        """A buyer places a paid order, at the shop unless another store is given; its id there."""
        body = {
            "set_paid": True, "billing": ADDRESS | {"email": "buyer@example.com"}, "shipping": ADDRESS,
            "line_items": [{"sku": sku, "quantity": 1} for sku in skus or ("TEE",)],
        }  # fmt: skip
        return (at or self.shop).orders.create(body | more, created_via="checkout")

    def pulled(self, count: int = 1) -> list[str]:
        """Orders that were placed and read; their numbers."""
        placed = [f"S-{self.place()}" for _ in range(count)]
        done = self("pull")
        assert done.code == 0, done
        return placed

    def order(self, number: str) -> Any:
        """An order as JSON."""
        return self("order", number, "--format", "json").data

    def send_all_by_rule(self) -> None:
        """Let the rule of the shop send by itself, whenever its orders were placed."""
        assert self("channel", "set", "Shop", "auto_send=always").code == 0
        with db.write(MACHINE):
            Channel.update(auto_send_from=0).where(Channel.name == "Shop").execute()

    def fault(self, kind: Any, store: WooStore | ShopifyStore, on: str = "*", **more: Any) -> None:
        """Something goes wrong at a store, until `heal`."""
        self.sandbox.faults.add(Fault(kind, on=on, store=store.slug, **more))

    def heal(self, store: WooStore) -> None:
        """All is well again at a store."""
        self.sandbox.faults.clear(store.slug)

    def at_destination(self) -> list[str]:
        """References of our orders at the destination."""
        made = [self.main.orders.wire(key)["created_via"] for key in self.main.orders.ids()]
        return sorted(one for one in made if one.startswith("woocommerce:"))
