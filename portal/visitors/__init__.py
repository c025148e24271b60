"""Who comes, to whom, who is inside, who left."""
