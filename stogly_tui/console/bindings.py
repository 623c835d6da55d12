"""The keys that work on every screen; what a screen adds stands in the screen."""

from textual.binding import Binding, BindingType

EVERYWHERE: list[BindingType] = [
    Binding("1", "switch_mode('orders')", "Orders", show=False, id="room.orders", tooltip="The order grid"),
    Binding(
        "2", "switch_mode('channels')", "Channels", show=False, id="room.channels", tooltip="The channels"
    ),
    Binding("6", "switch_mode('log')", "Sync log", show=False, id="room.log", tooltip="Runs and log entries"),
    Binding(
        "7",
        "switch_mode('overview')",
        "Overview",
        show=False,
        id="room.overview",
        tooltip="Closing the day, and how busy the hours were",
    ),
    Binding(
        "o",
        "go_to",
        "go to no.",
        id="app.go_to",
        tooltip="Go to an order by number, e-mail, phone, postcode",
    ),
    Binding("question_mark,f1", "help", "help", show=False, id="app.help", tooltip="Help for this screen"),
    Binding(
        "colon,ctrl+p,f10",
        "commands",
        "more",
        show=False,
        id="app.commands",
        tooltip="Every action by name",
    ),
    Binding("f5", "reload", "Read again", show=False, id="app.reload", tooltip="Read this screen again"),
    Binding(
        "f9",
        "activity",
        "Activity",
        show=False,
        id="app.activity",
        tooltip="What was done, by you and by others",
    ),
    Binding(
        "3",
        "problems",
        "Problems",
        show=False,
        id="app.problems",
        tooltip="Every open problem: what it is, and what helps",
    ),
    Binding(
        "B",
        "works",
        "Background",
        show=False,
        id="app.works",
        tooltip="What runs in the background, and its results",
    ),
    Binding("U", "utc", "UTC", show=False, id="app.utc", tooltip="Times in UTC, or in your zone again"),
    Binding("f8", "next_theme", "Colours", show=False, id="app.theme", tooltip="Other colours"),
    Binding(
        "f12",
        "confirm_sending",
        "Unlock",
        show=False,
        id="app.confirm_sending",
        tooltip="Let sending go on after a restored copy",
    ),
    Binding("q,ctrl+q", "leave", "quit", show=False, id="app.quit", tooltip="Leave the console"),
    Binding(
        "ctrl+z",
        "suspend",
        "Suspend",
        show=False,
        id="app.suspend",
        tooltip="Stop for a while (fg goes on)",
    ),
    Binding("ctrl+c", "hint_quit", "", show=False, id="app.ctrl_c", tooltip="Says how to leave"),
]
