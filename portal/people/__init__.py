"""Who is who and where: company, communities, units, households, staff and their rights, kiosks, links."""
