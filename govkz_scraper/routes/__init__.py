"""Readers of the four ways to a gov.kz press item: response text in, raw stories out."""
