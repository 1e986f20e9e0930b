"""The proof: a bundle's plan is made again, and one changed byte anywhere is found."""

import json
import zipfile
from dataclasses import replace
from datetime import UTC, datetime
from io import BytesIO
from uuid import UUID

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scheduler.bundle import packed, unpacked
from scheduler.certificate import Certificate, CertificateRefused, read, written
from scheduler.disguise import Disguise
from scheduler.plan import make_plan
from scheduler.seal import canonical, inputs_hash, seed_hash
from scheduler.verdict import judge
from tests.scheduler.inputs import a_centre, inputs

SEED, CODE = bytes(range(32)), "c" * 64
INPUTS = Disguise(bytes(32)).of(inputs([a_centre(1), a_centre(2)]))
DRAWN = canonical(make_plan(INPUTS, SEED, b""))
CERTIFICATE = Certificate(
    institute="Test institute",
    plan=UUID(int=1),
    purpose="sampling",
    adds_to=None,
    first=INPUTS.first,
    months=1,
    seed_hash=seed_hash(SEED),
    inputs_hash=inputs_hash(canonical(INPUTS)),
    code_version=CODE,
    sealed_at=datetime(2027, 1, 4, tzinfo=UTC),
    public_source="",
)
TEXT = written(CERTIFICATE)
FILES = {
    "README.txt": b"How to check it.",
    "certificate.txt": TEXT.encode(),
    "seed.txt": f"{SEED.hex()}\n".encode(),
    "inputs.json": canonical(INPUTS),
    "public-value.txt": b"",
    "calls.json": DRAWN,
    "made.json": canonical([c | {"ended": "made"} for c in json.loads(DRAWN)["calls"]]),
    "redraws.json": b"[]",
    "overrides.json": b"[]",
}
BUNDLE = packed(FILES)


def told(**changed: bytes) -> tuple[str, ...]:
    """What is said of a bundle made anew with changed files."""
    files = FILES | {name.replace("__", ".").replace("_", "-"): b for name, b in changed.items()}
    return judge(packed(files), [TEXT], CODE).differences


def test_a_bundle_that_follows_from_its_seal_holds() -> None:
    verdict = judge(BUNDLE, [TEXT], CODE)
    assert (verdict.differences, verdict.notes) == ((), ())


def test_a_bundle_alone_proves_only_that_it_agrees_with_itself() -> None:
    verdict = judge(BUNDLE, [], CODE)
    assert verdict.holds
    assert "only that the bundle agrees with itself" in verdict.notes[0]


def test_the_same_files_give_the_same_bytes_in_any_order() -> None:
    assert packed(dict(reversed(FILES.items()))) == BUNDLE
    assert unpacked(BUNDLE) == FILES


@settings(max_examples=150, deadline=None)
@given(place=st.integers(0, len(BUNDLE) - 1), bit=st.integers(0, 7))
def test_a_changed_bit_anywhere_in_the_bundle_is_found(place: int, bit: int) -> None:
    changed = bytearray(BUNDLE)
    changed[place] ^= 1 << bit
    assert not judge(bytes(changed), [TEXT], CODE).holds


@settings(max_examples=80, deadline=None)
@given(name=st.sampled_from(sorted(FILES)), data=st.data())
def test_a_changed_byte_in_any_file_is_found_by_its_name(name: str, data: st.DataObject) -> None:
    body = bytearray(FILES[name] or b" ")
    place = data.draw(st.integers(0, len(body) - 1))
    body[place] ^= data.draw(st.integers(1, 255)) if FILES[name] else 0
    forged = BytesIO()
    with zipfile.ZipFile(BytesIO(BUNDLE)) as whole, zipfile.ZipFile(forged, "w") as archive:
        for entry in whole.infolist():
            kept = bytes(body) if entry.filename == name else whole.read(entry)
            archive.writestr(entry.filename, kept)
    (difference,) = judge(forged.getvalue(), [TEXT], CODE).differences
    assert f"{name} is not the file" in difference


@settings(max_examples=60, deadline=None)
@given(st.binary(max_size=300))
def test_what_is_no_bundle_ends_in_a_sentence(data: bytes) -> None:
    (difference,) = judge(data, [], CODE).differences
    assert difference.startswith("The bundle can't be used: ")


@pytest.mark.parametrize("name", ["seed.txt", "README.txt"])
def test_an_extra_a_missing_and_a_doubled_file_are_found(name: str) -> None:
    def rezipped(drop: str = "", add: str = "") -> tuple[str, ...]:
        changed = BytesIO()
        with zipfile.ZipFile(BytesIO(BUNDLE)) as whole, zipfile.ZipFile(changed, "w") as archive:
            for entry in whole.infolist():
                if entry.filename != drop:
                    archive.writestr(entry, whole.read(entry))
            if add:
                archive.writestr(add, b"more")
        return judge(changed.getvalue(), [TEXT], CODE).differences

    assert f"{name} is missing" in rezipped(drop=name)[0]
    assert "more.txt is not named" in rezipped(add="more.txt")[0]
    with pytest.warns(UserWarning, match="Duplicate"):
        assert "two files of one name" in rezipped(add=name)[0]


def test_a_bomb_is_refused_before_it_is_unpacked() -> None:
    bomb = BytesIO()
    with zipfile.ZipFile(bomb, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("README.txt", bytes(10_000_000))
    assert "compressed" in judge(bomb.getvalue(), [], CODE).differences[0]


def test_another_seed_and_other_inputs_are_named() -> None:
    assert told(seed__txt=b"00" * 32) == ("The seed is not the one that was sealed.",)
    assert told(seed__txt=b"zz") == ("seed.txt holds no seed: 64 hexadecimal signs are needed.",)
    assert told(inputs__json=b"{}") == ("The inputs are not those that were sealed.",)
    assert "public value" in told(public_value__txt=b"4f6b")[0]


def test_a_call_that_was_moved_is_named_with_its_field() -> None:
    plan = json.loads(DRAWN)
    call = plan["calls"][0]
    call["moment"] = "2027-02-02T02:02:02Z"
    said = " ".join(told(calls__json=canonical(plan)))
    assert f"Centre {call['centre']}, stream 0, slot {call['slot']}: moment is" in said


def test_a_drawn_call_that_is_gone_is_named() -> None:
    assert "missing in made.json" in told(made__json=b"[]")[0]


def test_a_redraw_that_nobody_listed_is_found() -> None:
    made = json.loads(FILES["made.json"])
    more = [*made, made[0] | {"stream": 2}]
    assert told(made__json=canonical(more)) == (
        "redraws.json isn't what made.json holds beyond calls.json.",
    )


def test_a_whole_new_bundle_doesnt_agree_with_the_certificate_from_outside() -> None:
    other = written(replace(CERTIFICATE, seed_hash="0" * 64))
    (difference,) = judge(BUNDLE, [other], CODE).differences
    assert difference.startswith(f"Hash of the seed: the certificate from outside says {'0' * 64}")


def test_another_code_version_is_said_and_the_plan_still_compared() -> None:
    verdict = judge(BUNDLE, [TEXT], "d" * 64)
    assert verdict.holds
    assert "not of the version" in verdict.notes[0]


@settings(max_examples=80)
@given(place=st.integers(0, len(TEXT) - 1), letter=st.sampled_from("a0Z \n"))
def test_a_certificate_with_a_changed_sign_reads_as_another_or_not_at_all(
    place: int, letter: str
) -> None:
    changed = TEXT[:place] + letter + TEXT[place + 1 :]
    try:
        found = read(changed)
    except CertificateRefused:
        return
    assert (found == CERTIFICATE) == (changed == TEXT)


def test_a_certificate_says_whether_the_operator_could_have_chosen_among_seeds() -> None:
    assert "could have chosen among seeds" in TEXT
    awaited = replace(CERTIFICATE, public_source="round 5 of a beacon")
    assert "round 5 of a beacon" in written(awaited)
    assert read(written(awaited)) == awaited
