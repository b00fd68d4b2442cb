"""The list of commands under one heading for each of its users, in plain text.

Typer has headings in boxes only (``rich_help_panel`` with Rich), which a screen reader reads out line by line.
"""

from typer.core import TyperGroup


class Grouped(TyperGroup):
    """Commands under the headings that ``rich_help_panel`` gives them, each with its first sentence in full."""

    def format_commands(self, ctx, formatter):
        shown = [(name, self.get_command(ctx, name)) for name in self.list_commands(ctx)]
        sections: dict[str, list[tuple[str, str]]] = {}
        width = max(len(name) for name, _ in shown)
        for name, command in shown:
            heading = command.rich_help_panel if isinstance(command.rich_help_panel, str) else "Commands"
            # A limit that cuts nothing: a line that goes on is better than one that ends in dots.
            sections.setdefault(heading, []).append((name.ljust(width), command.get_short_help_str(1000)))
        for heading, rows in sections.items():
            with formatter.section(heading):
                formatter.write_dl(rows)
