"""Releases on disk: fetched from Maven Central, verified, put together; and a JDK to run them with."""

from __future__ import annotations

import hashlib
import os
import re
import shutil
import subprocess
import sys
import urllib.request
import zipfile
from pathlib import Path

from opensearch_nodes.clusters import HOME, Artifact, Release

__all__ = ["fetch", "find_java"]

_CENTRAL = "https://repo1.maven.org/maven2"
_COPY = "org.apache.maven.plugins:maven-dependency-plugin:3.8.1:copy"


def fetch(release: Release) -> Path:
    """The release's folder, made if it is not there yet."""
    target = HOME / f"opensearch-{release.version}"
    if target.exists():
        return target
    archives = {artifact: _fetch(artifact) for artifact in release.artifacts}
    draft = HOME / f"unpacking-{os.getpid()}"
    for artifact, archive in archives.items():
        folder = draft / target.name / artifact.folder
        folder.mkdir(parents=True, exist_ok=True)
        if archive.suffix == ".jar":
            shutil.copy(archive, folder)
        else:
            with zipfile.ZipFile(archive) as files:
                files.extractall(folder if artifact.folder else draft)
        if artifact.module_class:
            (folder / "plugin-descriptor.properties").write_text(_description(artifact, release))
    for edit in release.edits:
        file = draft / target.name / edit.file
        file.write_text(file.read_text().replace(edit.before, edit.after))
    for program in (*draft.glob("*/bin/*"), *draft.glob("*/plugins/*/tools/*.sh")):
        program.chmod(0o755)
    (draft / target.name).rename(target)
    draft.rmdir()
    for archive in archives.values():
        archive.unlink()
    return target


def find_java(release: Release) -> Path:
    """The home of a JDK that the release runs on; the newest of those in /usr/lib/jvm."""
    candidates = [os.environ.get("OPENSEARCH_JAVA_HOME"), os.environ.get("JAVA_HOME")]
    found = [Path(each) for each in candidates if each] + sorted(Path("/usr/lib/jvm").glob("*"), reverse=True)
    if on_path := shutil.which("java"):
        found.append(Path(on_path).resolve().parent.parent)
    for home in found:
        if (home / "bin" / "java").exists():
            said = subprocess.run([home / "bin" / "java", "-version"], capture_output=True, text=True).stderr
            version = re.search(r'version "(\d+)', said)
            if version and release.oldest_java <= int(version[1]) <= release.newest_java:
                return home
    wanted = f"{release.oldest_java} or later" + (f", up to {release.newest_java}" if release.newest_java < 99 else "")
    sys.exit(f"OpenSearch {release.version} needs a JDK of {wanted}; install one, or set JAVA_HOME to one")


def _fetch(artifact: Artifact) -> Path:
    """The verified file."""
    archive = HOME / Path(artifact.path).name
    if not archive.exists() or _digest(archive) != artifact.sha512:
        archive.unlink(missing_ok=True)
        _download(artifact, archive)
    if _digest(archive) != artifact.sha512:
        archive.unlink(missing_ok=True)
        sys.exit(f"{archive.name}: not the file that was published (its SHA-512 differs); it was deleted")
    return archive


def _download(artifact: Artifact, archive: Path) -> None:
    """By Maven, which keeps to the user's mirrors; without Maven straight from Maven Central."""
    if maven := shutil.which("mvn"):
        order = [maven, "-q", "-B", "-Dstyle.color=never", _COPY]
        order += [f"-Dartifact={artifact.coordinates}", f"-DoutputDirectory={archive.parent}"]
        done = subprocess.run(order, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        if done.returncode == 0 and archive.exists():
            return
    address = f"{_CENTRAL}/{artifact.path}"
    try:
        with urllib.request.urlopen(address, timeout=60) as answer, archive.open("wb") as file:
            shutil.copyfileobj(answer, file)
    except OSError as error:
        sys.exit(f"{address}: cannot be fetched ({error})")


def _digest(path: Path) -> str:
    """SHA-512 of a file, in hexadecimal."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha512").hexdigest()


def _description(module: Artifact, release: Release) -> str:
    """What OpenSearch wants to know of a module."""
    return (
        f"name={Path(module.folder).name}\n"
        f"description={module.coordinates}\n"
        f"version={release.version}\n"
        f"opensearch.version={release.version}\n"
        f"java.version={release.oldest_java}\n"
        f"classname={module.module_class}\n"
    )
