"""What reads bytes from strangers, each with samples to begin with and a judge of the outcome."""

import dataclasses
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from tempfile import mkdtemp

import numpy as np
from pydicom.dataset import Dataset

import watermark
from signing import celllists, envelope, payload, recoverydata
from signing.amending import amend
from signing.amendment import Amendment
from signing.certificate import Certificate
from signing.commitments import AmendedRows, Disclosures, root
from signing.dicom import block, codecs, original, part10, policy
from signing.dicom.original import Restoration
from signing.envelope import Kind
from signing.errors import SigningError
from signing.keys import PublicKey, Role
from signing.payload import Payload
from signing.recoverydata import RecoveryData
from signing.redaction.release import redact
from signing.requirements import ANYBODY
from signing.restoration import restore
from signing.sealparts import read_seal
from signing.statement import Statement
from signing.trust import Trust
from signing.verdict import Verdict
from signing.verification import verify, verify_path
from tests.signing import images
from tests.signing.recoveries import PUBLIC
from tests.signing.seals import TRUST, seal_it
from tests.signing.strategies import signer
from tests.signing.test_survival import item
from watermark.cellchecks import split_checks
from watermark.description import Description
from watermark.errors import WatermarkError

FORESEEN = (SigningError, WatermarkError)
"""What a reader may raise; anything else is a defect."""


AMENDER = signer("archive", Role.ARCHIVE)
AMENDERS = Trust.of(*TRUST.keys, PublicKey(AMENDER.public_key, "archive", Role.ARCHIVE))
"""Who sealed, and who amends."""


@dataclass(frozen=True, slots=True)
class Target:
    """One reader."""

    name: str
    samples: Callable[[], list[bytes]]
    read: Callable[[bytes], object]
    """Raises what is foreseen, or AssertionError for an outcome that must not be."""


@cache
def sealed() -> Dataset:
    """A small image with everything that a seal can hold."""
    source = images.plain(StudyDescription="x", KVP="120")
    source.private_block(0x0029, "ACME", create=True).add_new(1, "LO", "y")
    return seal_it(source, recovery_for=(PUBLIC,), profile="full").dataset


@cache
def redacted() -> Dataset:
    """The same with a region and an attribute taken out."""
    return redact(sealed(), ["StudyDescription"], boxes=[(0, 30, 40, 20, 9)])


def _disclosures() -> list[bytes]:
    return [block.read_blocks(one)[0].disclosures or b"" for one in (sealed(), redacted())]


@cache
def held() -> block.SealBlock:
    """The bodies of its block."""
    return block.read_blocks(sealed())[0]


@cache
def carried() -> tuple[bytes, Description]:
    """What its samples carry, and their description."""
    frame = next(codecs.frames(sealed()))
    packed = watermark.extract(watermark.Samples(frame, 12)).payload
    assert packed is not None
    claims = Certificate.decode(payload.unpack(packed).claims)
    return packed, Description.decode(claims.description)


def _envelopes() -> list[bytes]:
    return list(original.decode_envelopes(_amended_block().envelopes or b""))


def _read_envelope(data: bytes) -> None:
    parsed = envelope.parse(data)
    if envelope.verify(parsed, next(iter(TRUST.keys)).raw):
        assert data in _envelopes(), "an envelope verified that nobody signed"
    if parsed.kind is Kind.STATEMENT:
        Statement.decode(parsed.payload)
    elif parsed.kind is Kind.CERTIFICATE:
        Certificate.decode(parsed.payload)
    elif parsed.kind is Kind.AMENDMENT:
        assert Amendment.decode(parsed.payload).encoded == parsed.payload


@cache
def amended() -> Dataset:
    """The image after its patient was merged, and somebody answered for that."""
    other = images.reread(sealed())
    other.PatientID = "MERGED-7"
    return amend(other, AMENDER, "patient merge")


def _amended_block() -> block.SealBlock:
    return block.read_blocks(amended())[0]


def _read_amended(data: bytes) -> None:
    """Put spoiled disclosures beside an amendment that counts."""
    spoiled = images.reread(amended())
    block.write_block(spoiled, dataclasses.replace(_amended_block(), disclosures=data))
    if verify(spoiled, AMENDERS, policy=ANYBODY).verdict is Verdict.AUTHENTIC:
        before = Disclosures.decode(_amended_block().disclosures or b"")
        after = Disclosures.decode(data)
        assert (after.root, list(map(_signed, after.amended))) == (
            before.root,
            list(map(_signed, before.amended)),
        ), "authentic, with other commitments"


def _signed(listed: AmendedRows) -> tuple[bytes, bytes]:
    return listed.amendment, root(listed.rows)


def _read_payload(data: bytes) -> None:
    parts = payload.unpack(data)
    assert payload.unpack(data) == parts
    assert isinstance(parts, Payload)
    split_checks(parts.checks, carried()[1])


def _read_description(data: bytes) -> None:
    assert Description.decode(data).encoded == data, "two encodings of one description"


def _read_disclosures(data: bytes) -> None:
    assert Disclosures.decode(data).encoded == data, "two encodings of one list"


def _read_picture(data: bytes) -> None:
    shape = watermark.Shape(96, 104, 12)
    found = watermark.expand(data, shape)
    assert found.values.shape == (96, 104)


def _pictures() -> list[bytes]:
    frame = np.asarray(next(codecs.frames(sealed())))[:96, :104]
    samples = watermark.Samples(np.ascontiguousarray(frame), 12)
    return [watermark.compress(samples, size) for size in (40, 400, 2000)]


def _read_block(data: bytes) -> None:
    """Put spoiled bytes into one element of the block; the first byte says which."""
    if not data:
        return
    spoiled = images.reread(sealed())
    (number, *_) = block.find_blocks(spoiled)
    element, body = data[0] % 5 + 1, data[1:]
    spoiled.add_new(block.GROUP << 16 | number << 8 | element, "OB", body + b"\0" * (len(body) % 2))
    read_seal(spoiled)
    _judge(verify(spoiled, TRUST).verdict, spoiled)


def _blocks() -> list[bytes]:
    wrapped = [
        bytes([at]) + len(body).to_bytes(4, "big") + body
        for at, body in enumerate(held().bodies)
        if body is not None
    ]
    return [body for body in wrapped if len(body) < 1 << 16]


@cache
def _folder() -> Path:
    return Path(mkdtemp())


def _read_file(data: bytes) -> None:
    path = _folder() / "spoiled.dcm"
    path.write_bytes(data)
    verdict = verify_path(path, TRUST).verdict
    if verdict is Verdict.AUTHENTIC:
        _judge(verdict, part10.parse(data).dataset)
    for attempt in (restore, _take_out):
        try:
            attempt(part10.parse(data).dataset)
        except FORESEEN:
            pass


def _take_out(dataset: Dataset) -> None:
    """Redact, and hold it against the seal: a copy that is made verifies, or did not before."""
    before = verify(dataset, TRUST).verdict
    after = verify(redact(dataset, boxes=[(0, 8, 8, 8, 8)]), TRUST).verdict
    assert before is not Verdict.AUTHENTIC or after is Verdict.PARTIAL, "a redaction that breaks"


def _judge(verdict: Verdict, dataset: Dataset) -> None:
    """Raise AssertionError where something authentic is not what was sealed."""
    if verdict is not Verdict.AUTHENTIC:
        return
    pair = (codecs.frames(dataset), codecs.frames(sealed()))
    same = all(np.array_equal(a, b) for a, b in zip(*pair, strict=True))
    assert same, "authentic, with other samples"
    found = policy.compare(policy.select(sealed()), dataset)
    assert not [d for d in found if d.counts], "authentic, with other attributes"


def _files() -> list[bytes]:
    whole = sealed()
    stripped = images.reread(whole)
    block.remove_blocks(stripped)
    return [part10.encode(one) for one in (whole, images.as_implicit(whole), stripped, redacted())]


@cache
def _named() -> bytes:
    """A small sealed image of somebody, with dates, references and sequences in sequences."""
    code = item(CodeValue="1", ContextGroupVersion="20020904")
    source = images.plain(
        PatientBirthDate="19610412",
        StudyDate="20240229",
        AcquisitionDateTime="20240229101112.5+0100",
        ReferencedImageSequence=[item(ReferencedSOPInstanceUID="1.2.3", PatientName="Doe")],
        RealWorldValueMappingSequence=[item(MeasurementUnitsCodeSequence=[code])],
        PatientWeight="77.5",
    )
    source.private_block(0x0029, "ACME", create=True).add_new(1, "LO", "y")
    return part10.encode(seal_it(source, profile="detached").dataset)


def _redact_file(data: bytes) -> None:
    copy = redact(part10.parse(data).dataset, basic_profile=True)
    again = part10.parse(part10.encode(copy)).dataset
    assert verify(again, TRUST).verdict is not Verdict.AUTHENTIC, "redacted, and authentic"


TARGETS = (
    Target("envelope", _envelopes, _read_envelope),
    Target("disclosures", _disclosures, _read_disclosures),
    Target("amended", lambda: [_amended_block().disclosures or b""], _read_amended),
    Target("restoration", lambda: [held().restoration or b""], Restoration.decode),
    Target("cells", lambda: [held().cells or b""], celllists.decode_lists),
    Target("recoveries", lambda: [held().recovery or b""], recoverydata.decode_frames),
    Target(
        "recovery data",
        lambda: list(recoverydata.decode_frames(held().recovery or b"")),
        RecoveryData.parse,
    ),
    Target("payload", lambda: [carried()[0]], _read_payload),
    Target("description", lambda: [carried()[1].encoded], _read_description),
    Target("picture", _pictures, _read_picture),
    Target("private block", _blocks, _read_block),
    Target("redaction", lambda: [_named()], _redact_file),
    Target("file", _files, _read_file),
)
"""The cheap ones first; the last takes most of the time."""
