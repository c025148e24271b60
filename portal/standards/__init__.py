"""The register of service standards, the working calendar, and promises."""
