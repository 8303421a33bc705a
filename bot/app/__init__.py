"""The composition root: from a Config to running parts. Nothing else constructs an adapter.

What commands need of the files is in ``files``, the store and publishing in ``base``, the whole house in ``serve``: each
module imports what it builds, so that a command loads no servers that it does not start.
"""
