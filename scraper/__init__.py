"""A news-page scraper and archiver."""
