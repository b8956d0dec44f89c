"""The packaged data, with its checksums and its licence."""
