"""The verdict on a bundle: whether seed and inputs give the plan that was disclosed."""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from scheduler.bundle import BundleRefused, unpacked
from scheduler.certificate import Certificate, CertificateRefused, read
from scheduler.plan import make_plan
from scheduler.plan_inputs import Inputs, inputs_from_json
from scheduler.seal import canonical, inputs_hash, seed_hash

NEEDED = (
    "certificate.txt",
    "seed.txt",
    "inputs.json",
    "public-value.txt",
    "calls.json",
    "made.json",
    "redraws.json",
    "overrides.json",
)
MOST_SHOWN = 20
ITSELF = (
    "No certificate was given with --sealed: this proves only that the bundle agrees with itself."
)


@dataclass(frozen=True, slots=True)
class Verdict:
    """Where a bundle differs, and what else there is to know; it holds where nothing differs."""

    differences: tuple[str, ...]
    notes: tuple[str, ...]

    @property
    def holds(self) -> bool:
        """Whether the plan follows from what was sealed."""
        return not self.differences


def judge(bundle: bytes, sealed: Sequence[str], code_version: str) -> Verdict:
    """Recompute every plan of a bundle; ``sealed`` are certificates given from outside."""
    try:
        files = unpacked(bundle)
    except BundleRefused as refusal:
        return Verdict((f"The bundle can't be used: {refusal}.",), ())
    parts = _parts(files)
    differences: list[str] = []
    notes: list[str] = []
    certificates: list[Certificate] = []
    for folder, part in parts.items():
        where = f"{folder.rstrip('/')}: " if folder else ""
        try:
            certificate = read(_text(part["certificate.txt"]))
            found = list(_differing(part, certificate))
            if certificate.code_version != code_version:
                notes.append(f"{where}{_OTHER_CODE}")
            certificates.append(certificate)
        except KeyError as missing:
            found = [f"{missing.args[0]} is missing."]
        except CertificateRefused as refusal:
            found = [f"certificate.txt is no certificate: {refusal}."]
        differences += [where + each for each in found]
    for each in certificates[1:]:
        if each.adds_to != certificates[0].plan:
            differences.append(f"The plan {each.plan} doesn't add to {certificates[0].plan}.")
    differences += _outside(certificates, sealed)
    if not sealed:
        notes.append(ITSELF)
    elif len(certificates) > len(sealed):
        notes.append("Plans without a certificate given with --sealed agree only with themselves.")
    return Verdict(tuple(differences), tuple(notes))


_OTHER_CODE = (
    "This installation's code is not of the version that drew the plan; a difference may come "
    "from that. Check with the version that the certificate names."
)


def _parts(files: Mapping[str, bytes]) -> dict[str, dict[str, bytes]]:
    parts: dict[str, dict[str, bytes]] = {"": {}}
    for path, body in files.items():
        folder, _, name = path.rpartition("/")
        parts.setdefault(f"{folder}/" if folder else "", {})[name] = body
    return parts


def _text(body: bytes) -> str:
    try:
        return body.decode()
    except UnicodeDecodeError as error:
        raise CertificateRefused("it is no text in UTF-8") from error


def _outside(certificates: Sequence[Certificate], sealed: Sequence[str]) -> Iterator[str]:
    own = {each.plan: dict(each.facts) for each in certificates}
    for text in sealed:
        try:
            given = read(text)
        except CertificateRefused as refusal:
            yield f"The certificate given with --sealed can't be used: {refusal}."
            continue
        if given.plan not in own:
            yield f"The bundle holds no plan {given.plan}, which the given certificate seals."
            continue
        for label, said in given.facts:
            if own[given.plan][label] != said:
                yield (
                    f"{label}: the certificate from outside says {said}, that of the bundle "
                    f"{own[given.plan][label]}."
                )


def _differing(part: Mapping[str, bytes], certificate: Certificate) -> Iterator[str]:
    for name in NEEDED:
        if name not in part:
            raise KeyError(name)
    try:
        seed = bytes.fromhex(part["seed.txt"].decode())
        same_seed = seed_hash(seed) == certificate.seed_hash
    except ValueError:
        yield "seed.txt holds no seed: 64 hexadecimal signs are needed."
        return
    whole = same_seed
    if not same_seed:
        yield "The seed is not the one that was sealed."
    if inputs_hash(part["inputs.json"]) != certificate.inputs_hash:
        whole = False
        yield "The inputs are not those that were sealed."
    if bool(part["public-value.txt"]) != bool(certificate.public_source):
        whole = False
        yield "The certificate and public-value.txt don't agree whether a public value is mixed in."
    if not whole:
        return
    try:
        inputs = inputs_from_json(part["inputs.json"].decode())
        if (inputs.first, inputs.months) != (certificate.first, certificate.months):
            yield "The inputs are of another period than the certificate."
            return
        yield from _recomputed(inputs, seed, part)
    except (ValueError, KeyError, TypeError, LookupError, ArithmeticError, AttributeError) as error:
        yield f"The plan can't be made again from these files: {error!r}."


def _recomputed(inputs: Inputs, seed: bytes, part: Mapping[str, bytes]) -> Iterator[str]:
    again = canonical(make_plan(inputs, seed, part["public-value.txt"]))
    told = json.loads(part["calls.json"])
    if again != part["calls.json"]:
        found = list(_compared(json.loads(again), told))
        yield from found[:MOST_SHOWN]
        if len(found) > MOST_SHOWN:
            yield f"And {len(found) - MOST_SHOWN} more differences."
        if not found:
            yield "calls.json isn't written in its canonical form."
    made = json.loads(part["made.json"])
    drawn = _by_key(told["calls"])
    now = _by_key(made)
    for key in sorted(drawn.keys() - now.keys()):
        yield f"{_name(key)} was drawn and is missing in made.json."
    for key in sorted(drawn.keys() & now.keys()):
        if drawn[key]["moment"] != now[key]["moment"]:
            yield f"{_name(key)} was drawn for {drawn[key]['moment']}, not {now[key]['moment']}."
    later = [each for each in made if _key(each) not in drawn]
    if _by_key(later) != _by_key(json.loads(part["redraws.json"])):
        yield "redraws.json isn't what made.json holds beyond calls.json."


Key = tuple[str, int, int]


def _key(call: Mapping[str, Any]) -> Key:
    return str(call["centre"]), int(call["stream"]), int(call["slot"])


def _by_key(calls: Sequence[Mapping[str, Any]]) -> dict[Key, Mapping[str, Any]]:
    return {_key(each): each for each in calls}


def _name(key: Key) -> str:
    centre, stream, slot = key
    return f"Centre {centre}, stream {stream}, slot {slot}"


def _compared(again: Mapping[str, Any], told: Mapping[str, Any]) -> Iterator[str]:
    ours, theirs = _by_key(again["calls"]), _by_key(told["calls"])
    for key in sorted(ours.keys() - theirs.keys()):
        yield f"{_name(key)}: drawn from the seed, missing in calls.json."
    for key in sorted(theirs.keys() - ours.keys()):
        yield f"{_name(key)}: in calls.json, not drawn from the seed."
    for key in sorted(ours.keys() & theirs.keys()):
        for field, value in ours[key].items():
            if theirs[key].get(field) != value:
                yield f"{_name(key)}: {field} is {value}, calls.json says {theirs[key].get(field)}."
    for field in ("without", "uncovered"):
        if again[field] != told.get(field):
            yield f"{field}: what follows from the seed is not what calls.json says."
