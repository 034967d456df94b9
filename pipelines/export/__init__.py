"""Tables out of the database, with a data dictionary beside them."""
