"""One file per `govkz` command."""
