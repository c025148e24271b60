"""Whatever a customer asks for, from received to closed."""
