"""Run the ``govkz`` command as ``python -m govkz_scraper``."""

from govkz_scraper.cli import main

if __name__ == "__main__":
    main()
