"""Settings, accounts, devices, the outbox monitor, health."""
