"""A folder and a bucket keep the same promises."""

import stat
from collections.abc import Iterator
from pathlib import Path

import boto3
import pytest
from moto.server import ThreadedMotoServer

from config.storage import BucketStorage, FolderStorage, Storage, StorageFailed, storage

NAME, OTHER = "a" * 32, "b" * 32


@pytest.fixture(scope="module")
def bucket() -> Iterator[str]:
    """A bucket on a store of this machine's; answers the endpoint."""
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0)
    server.start()
    host, port = server.get_host_and_port()
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("AWS_ACCESS_KEY_ID", "tests")
        patch.setenv("AWS_SECRET_ACCESS_KEY", "tests")
        patch.setenv("AWS_DEFAULT_REGION", "eu-west-2")
        endpoint = f"http://{host}:{port}"
        place = {"LocationConstraint": "eu-west-2"}
        boto3.client("s3", endpoint_url=endpoint).create_bucket(
            Bucket="recordings",
            CreateBucketConfiguration=place,
        )
        yield endpoint
    server.stop()


@pytest.fixture(params=["folder", "bucket"])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Storage:
    if request.param == "folder":
        return storage(tmp_path / "recordings", "", "")
    return storage(tmp_path, "recordings", request.getfixturevalue("bucket"))


def test_what_is_put_is_read_in_parts_and_deleted(store: Storage) -> None:
    store.put(NAME, [b"one", b"two", b"three"])
    assert store.read(NAME, 0, 11) == b"onetwothree"
    assert store.read(NAME, 3, 6) == b"two"
    store.put(NAME, [b"another"])
    assert store.read(NAME, 0, 7) == b"another"
    store.delete(NAME)
    store.delete(NAME)
    with pytest.raises(StorageFailed):
        store.read(NAME, 0, 1)


def test_a_name_leads_nowhere_else(store: Storage) -> None:
    for name in ("../" + NAME, NAME + "/x", "", NAME.upper()):
        with pytest.raises(ValueError, match="no name of a stored file"):
            store.put(name, [b""])


def test_a_store_that_is_not_there_says_so(store: Storage) -> None:
    wrong: Storage = (
        FolderStorage(Path("/proc/nowhere"))
        if isinstance(store, FolderStorage)
        else BucketStorage("another", store._client.meta.endpoint_url)  # type: ignore[attr-defined]
    )
    with pytest.raises(StorageFailed):
        wrong.put(NAME, [b"x"])


def test_a_file_that_breaks_off_leaves_nothing_behind(tmp_path: Path) -> None:
    def pieces() -> Iterator[bytes]:
        yield b"one"
        raise OSError(28, "No space left on device")

    with pytest.raises(StorageFailed, match="No space left"):
        FolderStorage(tmp_path).put(NAME, pieces())
    assert list(tmp_path.iterdir()) == []


def test_files_are_for_their_owner_alone(tmp_path: Path) -> None:
    FolderStorage(tmp_path / "recordings").put(OTHER, [b"x"])
    assert stat.S_IMODE((tmp_path / "recordings").stat().st_mode) == 0o700
    assert stat.S_IMODE((tmp_path / "recordings" / OTHER).stat().st_mode) == 0o600
