"""Export of the database as tables and feeds, with a data package that describes them."""
