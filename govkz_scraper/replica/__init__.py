"""Offline replica of the gov.kz press site: an HTTP server on loopback, with its own stories."""
