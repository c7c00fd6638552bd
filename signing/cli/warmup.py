"""`scanseal warmup`: compiles what is otherwise compiled at first use."""

from signing.cli import exits


def command() -> int:
    """Compile everything once, so that the first image is as fast as the next."""
    from watermark import warmup

    print(f"ready after {warmup():.1f} s")
    return exits.OK
