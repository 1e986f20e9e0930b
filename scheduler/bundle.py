"""The bundle of a disclosed plan: a zip of which every byte follows from the files in it."""

import json
import zipfile
from collections.abc import Mapping
from hashlib import sha256
from io import BytesIO

from scheduler.seal import canonical

MANIFEST = "manifest.json"
FORMAT = "unannounced bundle 1"
MOST_FILES = 1_000
LARGEST = 1 << 30  # bytes
_EPOCH = (1980, 1, 1, 0, 0, 0)  # the first that a zip can name


class BundleRefused(ValueError):
    """A file that is no bundle, or one that was changed; the text says where."""


def packed(files: Mapping[str, bytes]) -> bytes:
    """The zip of files by name, with a manifest of their SHA-256: the same files, the same bytes.

    Nothing in it is compressed, because two libraries would compress differently.
    """
    hashes = {name: sha256(body).hexdigest() for name, body in files.items()}
    manifest = canonical({"format": FORMAT, "files": hashes})
    buffer = BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_STORED) as archive:
        for name, body in sorted({**files, MANIFEST: manifest}.items()):
            entry = zipfile.ZipInfo(name, _EPOCH)
            entry.create_system = 3
            entry.external_attr = 0o644 << 16
            archive.writestr(entry, body)
    return buffer.getvalue()


def unpacked(data: bytes) -> dict[str, bytes]:
    """The files of a bundle without its manifest, whole and unchanged; raises BundleRefused."""
    files = _files(data)
    manifest = files.pop(MANIFEST, None)
    if manifest is None:
        raise BundleRefused(f"it holds no {MANIFEST}")
    try:
        hashes = json.loads(manifest)["files"]
        named = {str(name): str(value) for name, value in hashes.items()}
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise BundleRefused(f"{MANIFEST} can't be read") from error
    for name in sorted(named.keys() - files.keys()):
        raise BundleRefused(f"{name} is missing")
    for name in sorted(files.keys() - named.keys()):
        raise BundleRefused(f"{name} is not named in {MANIFEST}")
    for name, body in sorted(files.items()):
        if sha256(body).hexdigest() != named[name]:
            raise BundleRefused(f"{name} is not the file that {MANIFEST} names")
    if packed(files) != data:
        raise BundleRefused("the zip around its files was changed")
    return files


def _files(data: bytes) -> dict[str, bytes]:
    try:
        with zipfile.ZipFile(BytesIO(data)) as archive:
            entries = archive.infolist()
            if len(entries) > MOST_FILES:
                raise BundleRefused(f"it holds more than {MOST_FILES} files")
            if any(e.compress_type != zipfile.ZIP_STORED for e in entries):
                raise BundleRefused("a file in it is compressed, which a bundle's never are")
            if sum(each.file_size for each in entries) > len(data):
                raise BundleRefused("its files claim to be larger than it is")
            if len({each.filename for each in entries}) != len(entries):
                raise BundleRefused("it holds two files of one name")
            return {each.filename: archive.read(each) for each in entries}
    except BundleRefused:
        raise
    except Exception as error:  # broken headers end in many kinds of error
        raise BundleRefused(f"it is no whole zip: {error}") from error
