"""A cluster that speaks TLS and asks for a password: certificates, users and roles, made anew with each cluster.

The roles are those of docs/cluster.md, word by word but for the name ``notes``, which becomes any name that begins
with ``test-``. Users have the names of :data:`USERS` and one random password; ``secrets.json`` in the cluster's folder,
which only its owner may read, has it and the path of the authority's certificate. A change to the roles shows after
``down`` and ``up``.
"""

from __future__ import annotations

import json
import os
import re
import secrets
import shutil
import ssl
import subprocess
import sys
from base64 import b64encode
from pathlib import Path
from typing import Any

from opensearch_nodes.clusters import Cluster

__all__ = ["USERS", "configure", "request_options"]

USERS = {"writer": "kbsearch_write", "searcher": "kbsearch_search", "stranger": "", "admin": "all_access"}
_PAGE = Path(__file__).resolve().parents[2] / "docs" / "cluster.md"
_ROLES = re.compile(r"^```yaml\n(# roles\.yml.*?)^```$", re.DOTALL | re.MULTILINE)
_PLUGIN = "plugins/opensearch-security"
_DAYS = "30"  # for which the certificates hold
_EXTENSIONS = """
[req]
distinguished_name = name
[name]
[authority]
basicConstraints = critical, CA:TRUE
keyUsage = critical, keyCertSign
subjectKeyIdentifier = hash
[node]
basicConstraints = critical, CA:FALSE
keyUsage = critical, digitalSignature, keyAgreement
extendedKeyUsage = serverAuth, clientAuth
subjectAltName = DNS:localhost, IP:127.0.0.1
authorityKeyIdentifier = keyid
"""


def configure(cluster: Cluster, config: Path, distribution: Path, java: Path) -> dict[str, str]:
    """The security plugin's part of a node's opensearch.yml; what it names is made if it is not there yet."""
    if not _known(cluster).exists():
        _make_certificates(config)
        shutil.copy(config / "authority.pem", cluster.folder)
        password = secrets.token_urlsafe(24)
        _describe_users(config / "opensearch-security", distribution, _hash(password, distribution, java))
        known = {"password": password, "authority": str(cluster.folder / "authority.pem")}
        _write_private(_known(cluster), json.dumps(known))
    settings = {"allow_default_init_securityindex": "true", "audit.type": "noop", "ssl.http.enabled": "true"}
    for layer in ("transport", "http"):
        settings[f"ssl.{layer}.pemcert_filepath"] = "node.pem"
        settings[f"ssl.{layer}.pemkey_filepath"] = "node.key"
        settings[f"ssl.{layer}.pemtrustedcas_filepath"] = "authority.pem"
    settings["restapi.roles_enabled"] = "all_access"
    return {f"plugins.security.{name}": value for name, value in settings.items()}


def request_options(cluster: Cluster) -> tuple[dict[str, str], ssl.SSLContext | None]:
    """Headers and TLS settings of a request by the administrator; an open cluster needs none."""
    if not cluster.secured:
        return {}, None
    known: dict[str, Any] = json.loads(_known(cluster).read_text())
    shown = b64encode(f"admin:{known['password']}".encode()).decode()
    return {"authorization": f"Basic {shown}"}, ssl.create_default_context(cafile=known["authority"])


def _known(cluster: Cluster) -> Path:
    return cluster.folder / "secrets.json"


def _describe_users(folder: Path, distribution: Path, hashed: str) -> None:
    """The plugin's configuration as it is delivered, but with our users and roles."""
    shutil.copytree(distribution / _PLUGIN / "config", folder, dirs_exist_ok=True)
    users = {user: {"hash": hashed} for user in USERS}
    mapping = {role: {"users": [user]} for user, role in USERS.items() if role}
    (folder / "roles.yml").write_text(_header("roles") + _roles())
    (folder / "internal_users.yml").write_text(_header("internalusers") + _yaml(users))
    (folder / "roles_mapping.yml").write_text(_header("rolesmapping") + _yaml(mapping))


def _make_certificates(folder: Path) -> None:
    """An authority, and the certificate that it gives to the node; the authority's key is not kept."""
    extensions = folder / "extensions.cnf"
    extensions.write_text(_EXTENSIONS)
    common = ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"]
    common += ["-days", _DAYS, "-config", str(extensions)]
    authority = ["-extensions", "authority", "-subj", "/CN=kbsearch test authority"]
    signed = ["-extensions", "node", "-subj", "/CN=node", "-CA", "authority.pem", "-CAkey", "authority.key"]
    for name, extra in (("authority", authority), ("node", signed)):
        order = [*common, *extra, "-keyout", f"{name}.key", "-out", f"{name}.pem"]
        try:
            subprocess.run(order, cwd=folder, check=True, capture_output=True, text=True)
        except (OSError, subprocess.CalledProcessError) as error:
            why = error.stderr.strip() if isinstance(error, subprocess.CalledProcessError) else error
            sys.exit(f"openssl (3.0 or later is needed) makes no certificate: {why}")
    (folder / "authority.key").unlink()


def _hash(password: str, distribution: Path, java: Path) -> str:
    """The bcrypt hash of a password, by the plugin's own tool."""
    tool = distribution / _PLUGIN / "tools" / "hash.sh"
    environment = {"PATH": os.environ.get("PATH", os.defpath), "OPENSEARCH_JAVA_HOME": str(java), "SAID": password}
    said = subprocess.run([tool, "-env", "SAID"], env=environment, capture_output=True, text=True)
    found = re.search(r"^\$2\S+$", said.stdout, re.MULTILINE)
    if found is None:
        sys.exit(f"{tool}: makes no hash: {said.stderr.strip()}")
    return found[0]


def _roles() -> str:
    """The roles that the documentation tells users to make."""
    found = _ROLES.search(_PAGE.read_text(encoding="utf-8"))
    if found is None:
        sys.exit(f"{_PAGE}: there is no roles.yml in it")
    return found[1].replace('"notes', '"test-*')


def _header(kind: str) -> str:
    return f"_meta: {{type: {kind}, config_version: 2}}\n"


def _yaml(entries: dict[str, Any]) -> str:
    """A mapping as YAML, each of its values as JSON, which is YAML too."""
    return "".join(f"{name}: {json.dumps(value)}\n" for name, value in entries.items())


def _write_private(path: Path, text: str) -> None:
    path.unlink(missing_ok=True)
    with open(path, "x", opener=lambda name, flags: os.open(name, flags, 0o600)) as file:
        file.write(text)
