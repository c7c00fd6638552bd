"""Redaction: what of a sealed instance is taken out so that the rest still verifies.

`release` is the verb. Attributes by name: names, removal. The Basic Application Confidentiality
Profile: profile, which lets editing do what the table in confidentiality says, with dummies and
pseudonyms, and deidentification declare it. Regions of frames: regions.
"""
