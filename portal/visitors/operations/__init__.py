"""The verbs of visits: register, ask and confirm, enter, leave, lead a group, remind, forget."""
