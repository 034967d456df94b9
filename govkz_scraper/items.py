"""Items of the spiders: one press item, and the checkpoint that ends a page of a listing."""

from pipelines.press_items import ListingCheckpoint, PressItem

__all__ = ["FEED_FIELDS", "ListingCheckpoint", "PressItem"]

# Columns of a feed export, unless FEED_EXPORT_FIELDS or the feed's own ``fields`` says otherwise.
FEED_FIELDS = [
    *("story_id", "url", "entity", "news_id", "lang", "title", "body", "published", "published_at"),
    *("byline", "section", "page_url", "position", "matched_by", "outcome"),
]
