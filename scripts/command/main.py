"""The command line: ``scripts/unannounced``."""

from importlib import import_module

import click

COMMANDS = {
    "backup": "scripts.command.backup:backup",
    "doctor": "scripts.command.doctor:doctor",
    "journal": "scripts.command.journal:journal",
    "plan": "scripts.command.plan:plan",
    "pool": "scripts.command.pool:pool",
    "rehearse": "scripts.command.rehearse:rehearse",
    "report": "scripts.command.report:report",
    "restore": "scripts.command.restore:restore",
    "retention": "scripts.command.retention:retention",
    "returns": "scripts.command.returns:returns",
    "rotate-keys": "scripts.command.keys:rotate_keys",
    "score": "scripts.command.score:score",
    "settle": "scripts.command.settle:settle",
}


class Commands(click.Group):
    """The commands by name, each imported when it is asked for, so that ``score`` starts fast."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """The names, in order."""
        return sorted(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """The command of a name, or None."""
        if cmd_name not in COMMANDS:
            return None
        module, attribute = COMMANDS[cmd_name].split(":")
        command = getattr(import_module(module), attribute)
        assert isinstance(command, click.Command)
        return command


@click.command(cls=Commands, context_settings={"help_option_names": ["-h", "--help"]})
def unannounced() -> None:
    """Unannounced calls to technical support centres, from a return to a report.

    Exit codes: 0 done; 1 something was refused, can't be placed, differs or is missing; 2 usage.

    Example: scripts/unannounced returns import acme.xlsx
    """


if __name__ == "__main__":
    unannounced(prog_name="scripts/unannounced")
