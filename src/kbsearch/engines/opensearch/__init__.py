"""The engine for posts past one machine: an OpenSearch cluster (extra ``opensearch``); see docs/cluster.md.

Only :mod:`kbsearch.engines.opensearch.connection` imports the client, when the engine is loaded.
"""

from kbsearch.engines.opensearch.cluster import Cluster

__all__ = ["Cluster"]
