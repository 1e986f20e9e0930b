"""The file that a command writes as a parameter of it."""

import os
from pathlib import Path

import click


class OutFile(click.Path):
    """A file to write; refused before anything is done where its folder isn't there."""

    def __init__(self) -> None:
        super().__init__(dir_okay=False, writable=True, path_type=Path)

    def convert(
        self,
        value: str | os.PathLike[str],
        param: click.Parameter | None,
        ctx: click.Context | None,
    ) -> Path:
        """Read the path, or fail with the folder that is missing."""
        path = Path(os.fsdecode(super().convert(value, param, ctx)))
        folder = path.absolute().parent
        if not folder.is_dir():
            self.fail(f"there is no folder {folder}; make it first", param, ctx)
        if not os.access(folder, os.W_OK):
            self.fail(f"the folder {folder} can't be written to", param, ctx)
        return path


OUT = OutFile()
