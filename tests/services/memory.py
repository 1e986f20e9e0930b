"""The folder in memory, where Linux has one: nothing that tests write has to outlive them."""

import os
import shutil
from pathlib import Path

IN_MEMORY = Path("/dev/shm")
ROOM = 2**30  # bytes


def memory(*, programs: bool) -> str | None:
    """The folder, where no commit waits for a disk; None where there is none, or a small one.

    Many systems let no program run from there: with ``programs``, theirs is as good as none.
    """
    if not IN_MEMORY.is_dir() or shutil.disk_usage(IN_MEMORY).free < ROOM:
        return None
    if programs and os.statvfs(IN_MEMORY).f_flag & os.ST_NOEXEC:
        return None
    return str(IN_MEMORY)
