"""What a received image proves: by its tags, by its samples, where it differs, how it lies.

`signing.verification` asks in this order:

    who signed        standing: each signer, as the trust store sees it; custody: the order of
                      several; amendments: later signatures, and which of them count
    the tags          tagcheck: one statement against the data set, by way of attributecheck,
                      cellcheck, recoverycheck, and coverage where areas were taken out; a
                      TagEvidence is what comes out, and so far nothing loads a compiler
    where they differ differences: only where a digest is not the signed one, by way of mapping
                      (which cells), turning (how a known frame lies) and copycheck (lossy copies)
    the samples alone pixelcheck: all frames, by way of proving (one frame: read, signature,
                      closing tile, map) and placing (a frame that lies otherwise)
    when, and whether timecheck: claimed and proved times; acceptance: the policy of the house

`damage` gathers from the same what `signing.recovery` needs. Every module returns findings
(docs/spec/findings.md); none decides a verdict. Who may import whom: pyproject.toml.
"""
