"""What ``scripts/opensearch`` is made of: real OpenSearch clusters for tests, on this machine alone."""
