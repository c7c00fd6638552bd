"""One codeword over all coding tiles: field, code, error locator, chunks."""
