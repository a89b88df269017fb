"""The package name of December 2011; see `embed.emb`."""
