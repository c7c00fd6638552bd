"""The two predict steps: weights by which anchors of a cell foretell its other samples."""
