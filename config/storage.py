"""Where large files lie: a folder by default, an S3-compatible store by setting.

What is stored is sealed before it comes here, so that a store needs to keep nothing secret. A name
is 32 hexadecimal digits.
"""

import os
import re
from collections.abc import Iterable
from pathlib import Path
from typing import Any, Protocol

_NAME = re.compile(r"[0-9a-f]{32}")


class StorageFailed(Exception):
    """A store that can't be reached, or that lacks the file; the text says which."""


class Storage(Protocol):
    """What is asked of a store."""

    def put(self, name: str, pieces: Iterable[bytes]) -> None:
        """Keep a file whole or not at all; a file of that name is replaced."""

    def read(self, name: str, start: int, end: int) -> bytes:
        """The bytes from ``start`` up to ``end``, which is not included."""

    def delete(self, name: str) -> None:
        """Delete a file; one that isn't there is deleted already."""


class FolderStorage:
    """Files in a folder of this machine, readable by its owner alone."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def put(self, name: str, pieces: Iterable[bytes]) -> None:
        """Write beside the place, then move: whoever reads finds the whole file or none."""
        path = self._path(name)
        draft = path.with_suffix(".part")
        try:
            self._folder.mkdir(parents=True, exist_ok=True, mode=0o700)
            descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
            with os.fdopen(descriptor, "wb") as file:
                file.writelines(pieces)
                file.flush()
                os.fsync(file.fileno())
            draft.replace(path)
        except OSError as error:
            draft.unlink(missing_ok=True)
            raise StorageFailed(f"{self._folder} can't be written ({error.strerror})") from error

    def read(self, name: str, start: int, end: int) -> bytes:
        """Part of a file."""
        try:
            with self._path(name).open("rb") as file:
                file.seek(start)
                return file.read(end - start)
        except OSError as error:
            raise StorageFailed(f"{name} can't be read ({error.strerror})") from error

    def delete(self, name: str) -> None:
        """Unlink it."""
        self._path(name).unlink(missing_ok=True)

    def _path(self, name: str) -> Path:
        return self._folder / checked(name)


class BucketStorage:
    """Objects in a bucket of an S3-compatible store; the credentials are found as boto3 does."""

    def __init__(self, bucket: str, endpoint: str) -> None:
        import boto3  # half a second and 15 MB that a folder doesn't need
        from botocore.config import Config

        patience = Config(connect_timeout=5, read_timeout=30, retries={"total_max_attempts": 2})
        self._client: Any = boto3.client("s3", endpoint_url=endpoint or None, config=patience)
        self._bucket = bucket

    def put(self, name: str, pieces: Iterable[bytes]) -> None:
        """Put the object in one request, which succeeds whole or not at all."""
        self._ask("put_object", name, Body=b"".join(pieces))

    def read(self, name: str, start: int, end: int) -> bytes:
        """A ranged get."""
        found = self._ask("get_object", name, Range=f"bytes={start}-{end - 1}")
        body: bytes = found["Body"].read()
        return body

    def delete(self, name: str) -> None:
        """Delete the object."""
        self._ask("delete_object", name)

    def _ask(self, what: str, name: str, **more: Any) -> Any:
        from botocore.exceptions import BotoCoreError, ClientError

        try:
            return getattr(self._client, what)(Bucket=self._bucket, Key=checked(name), **more)
        except (BotoCoreError, ClientError) as error:
            raise StorageFailed(f"the bucket {self._bucket} refused {what}: {error}") from error


def checked(name: str) -> str:
    """A file's name, which can lead nowhere else."""
    if not _NAME.fullmatch(name):
        raise ValueError(f"{name!r} is no name of a stored file")
    return name


def storage(folder: Path, bucket: str, endpoint: str) -> Storage:
    """The store that the settings name."""
    return BucketStorage(bucket, endpoint) if bucket else FolderStorage(folder)
