"""What a person mended by hand, kept beside the source and applied each time it is read."""
