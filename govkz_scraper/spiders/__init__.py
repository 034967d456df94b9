"""Scrapy spiders: they reach pages and yield raw stories, nothing else."""
