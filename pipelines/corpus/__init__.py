"""What several machines received, in one place: shards, and the merge of databases and shards."""
