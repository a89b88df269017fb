"""What people use instead: each is installed where the registries have it, and proved by a run; or
it is named as absent, with the reason."""
