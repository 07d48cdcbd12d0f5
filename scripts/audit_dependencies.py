"""Look the installed packages up in a list of known vulnerabilities (pip-audit); 1 if one has any.

Where no such list can be reached (a machine without the open network) it says so and gives 0: a build must not depend
on it, but must not pass for audited either.
"""

from __future__ import annotations

import json
import subprocess
import sys


def main() -> int:
    """Run pip-audit and judge what it says."""
    command = [sys.executable, "-m", "pip_audit", "--format", "json", "--skip-editable", "--progress-spinner", "off"]
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=300)
        packages = json.loads(done.stdout)["dependencies"]
    except (subprocess.TimeoutExpired, ValueError, KeyError):
        print("audit skipped: pip-audit is not installed, or could not reach a list of vulnerabilities")
        return 0
    audited = [package for package in packages if "vulns" in package]
    for package in audited:
        for found in package["vulns"]:
            fixed = ", ".join(found["fix_versions"]) or "none"
            print(f"{package['name']} {package['version']}: {found['id']}; fixed in: {fixed}")
    if not audited:
        print("audit skipped: the package index that is set up here knows of no vulnerabilities of any package")
        return 0
    vulnerable = sum(bool(package["vulns"]) for package in audited)
    print(f"{len(audited)} of {len(packages)} packages audited, {vulnerable} with known vulnerabilities")
    return 1 if vulnerable else 0


if __name__ == "__main__":
    sys.exit(main())
