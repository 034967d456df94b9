"""The offline look-alike of the gov.kz press site: a real HTTP server on loopback, with its own stories."""
