"""Keys that stay in a token (PKCS#11): a smart card, a hardware security module, SoftHSM.

Needs the extra `hsm`; without it this package can be imported all the same, and says what to
install where a token is asked for. A key is named by an RFC 7512 URI; layout: docs/spec/keys.md.
"""
