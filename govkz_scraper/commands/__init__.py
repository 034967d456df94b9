"""The `govkz` commands; `govkz_scraper.cli` lists them."""
