"""Folders to and from the Hugging Face Hub: model folders, data sets, Spaces. No token is ever said or written."""

from ecgscribe.hub.names import KINDS, kind_of, pinned
from ecgscribe.hub.pull import local_folder, pull, pull_into
from ecgscribe.hub.push import push_folder
from ecgscribe.hub.secrets import without_secrets

__all__ = ["KINDS", "kind_of", "local_folder", "pinned", "pull", "pull_into", "push_folder", "without_secrets"]
