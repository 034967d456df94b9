"""Scrapy commands of this project, which take the place of Scrapy's own (COMMANDS_MODULE)."""
