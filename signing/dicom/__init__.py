"""The one room that knows pydicom: files, structure, pixel data, attributes, private block."""
