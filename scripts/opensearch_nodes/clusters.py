"""Which clusters there are, of which releases of OpenSearch they are made, and where their files lie."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

__all__ = ["CLUSTERS", "HOME", "Artifact", "Cluster", "Edit", "Release"]

HOME = Path(os.environ.get("KBSEARCH_OPENSEARCH_HOME") or f"/var/tmp/kbsearch-opensearch-{os.getuid()}")


@dataclass(frozen=True)
class Artifact:
    """A file of Maven Central, and what becomes of it.

    Args:
        coordinates: ``group:name:version:type``.
        sha512: its checksum, in hexadecimal.
        folder: where in the distribution it belongs; ``""``: it is the distribution.
        module_class: for a module of OpenSearch that is published as a bare jar: its entry point.
    """

    coordinates: str
    sha512: str
    folder: str = ""
    module_class: str = ""

    @property
    def path(self) -> str:
        """Its path on Maven Central."""
        group, name, version, kind = self.coordinates.split(":")
        return f"{group.replace('.', '/')}/{name}/{version}/{name}-{version}.{kind}"


@dataclass(frozen=True)
class Edit:
    """A change to one of a distribution's text files."""

    file: str
    before: str
    after: str


@dataclass(frozen=True)
class Release:
    """A version of OpenSearch: the JDKs it runs on, its parts (the distribution first), and what is changed in them."""

    version: str
    oldest_java: int
    newest_java: int
    artifacts: tuple[Artifact, ...]
    edits: tuple[Edit, ...] = ()


@dataclass(frozen=True)
class Cluster:
    """Nodes that belong together; ``secured``: they speak TLS and ask for a password."""

    name: str
    release: Release
    ports: tuple[int, ...]
    secured: bool = False

    @property
    def folder(self) -> Path:
        """All that is its own: settings, posts, logs, process numbers."""
        return HOME / f"cluster-{self.name}"

    @property
    def addresses(self) -> list[str]:
        """Where the nodes listen."""
        return [f"{'https' if self.secured else 'http'}://127.0.0.1:{port}" for port in self.ports]


def _distribution(version: str, sha512: str) -> Artifact:
    return Artifact(f"org.opensearch.distribution.integ-test-zip:opensearch:{version}:zip", sha512)


def _analysis(version: str, name: str, sha512: str) -> Artifact:
    """The module with the tokenizers, which the distributions before 3.6 lack; ``name`` of its class."""
    coordinates = f"org.opensearch.plugin:analysis-common:{version}:jar"
    return Artifact(coordinates, sha512, "modules/analysis-common", f"org.opensearch.analysis.common.{name}")


_SECURITY = "plugins/opensearch-security"
_LATEST = Release(
    "3.6.0",
    21,
    99,
    (
        _distribution(
            "3.6.0",
            "b82066a97902879c47e26608848d068c09e74d2128edee2802e622867abd451d"
            "34a366acc6519d0b40fc97acc89d61c5bb330ab8b2086cf6ffa0f9fe4b9acaa4",
        ),
    ),
)
_SECURED = Release(  # the last for which the security plugin, too, is on Maven Central
    "3.4.0",
    21,
    99,
    (
        _distribution(
            "3.4.0",
            "18cb16a9d251f8e915fbc0ab64b53d2f1ee9299829673c7357446041ae42fe20"
            "94ab16c899edd944bd39aa49ed3aae799b1ff04084a1220d6c6676734a392117",
        ),
        _analysis(
            "3.4.0",
            "CommonAnalysisModulePlugin",
            "ecd84e49248b5fe06002c2f2b727554f6632f2463dd310d25531da1f97601915"
            "702db3b7509b0660ce145ed1e93644dbcfcc7977f181bb3bcf6cc679c08158e0",
        ),
        Artifact(
            "org.opensearch.plugin:opensearch-security:3.4.0.0:zip",
            "aad7c7fb11d17fe6866d93b05a2d3eb581d43c29bd4455371943efe5cfe2f6b0"
            "c6003597e45e2dd8b676fe4f88d677e24b055207ab5d6cfc7bb57a45a608b09a",
            _SECURITY,
        ),
        Artifact(  # comes with a module that the plugin extends, and that is not on Maven Central
            "org.apache.commons:commons-collections4:4.5.0:jar",
            "ee43c513ac9dcbd7dd23b5cbb4ea5f65a2e10cdfbb403d080b87e778b3b45062"
            "315522297c41eca514a9a946228ad7650f0a572d5b78effb8260dd8084131988",
            _SECURITY,
        ),
    ),
    (Edit(f"{_SECURITY}/plugin-descriptor.properties", "rule-framework\n", "rule-framework;optional=true\n"),),
)
_OLDEST = Release(
    "2.19.4",
    11,
    23,  # 24 took away the security manager
    (
        _distribution(
            "2.19.4",
            "f647ffad1263d5cef32657abe14533cf83e297b7dda42b0c27fa7250aa1de223"
            "67876a4b4bbc76205d84dabeea5f70c8c34d93753e751441a469f09b5e24a8a2",
        ),
        _analysis(
            "2.19.4",
            "CommonAnalysisPlugin",
            "6c3dd13465789646a97d848cd9b6058c70da4e84a5f3f625f05759621d5987eb"
            "cbee191ae4d7bb69ec73c6046d25efd7dea7b0d24caaa65bb942a62f756169c6",
        ),
    ),
)

CLUSTERS = {
    each.name: each
    for each in (
        Cluster("1", _LATEST, (9250,)),
        Cluster("3", _LATEST, (9260, 9261, 9262)),
        Cluster("secure", _SECURED, (9270,), secured=True),
        Cluster("oldest", _OLDEST, (9280,)),
    )
}
