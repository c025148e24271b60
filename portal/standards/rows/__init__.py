"""The rows of the register, one file a group of sections."""
