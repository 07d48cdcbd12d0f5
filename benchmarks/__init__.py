"""Speed beside other search libraries, on the same posts and questions; see docs/performance.md."""
