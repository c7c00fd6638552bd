"""What a received image proves: by its tags, by its samples, where it differs, how it lies."""
