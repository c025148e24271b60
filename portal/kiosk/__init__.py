"""Screens of the lobby kiosk; calls the verbs of other areas."""
