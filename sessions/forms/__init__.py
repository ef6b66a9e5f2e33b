"""Forms of visits: parsing and field errors; saving is the services' part."""
