"""Messages and deliveries: the only code that talks to the outside world."""
