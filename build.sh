#!/usr/bin/env bash
# Bootstraps the build tool named in .config/dotnet-tools.json and runs build/build.cake.
# Usage: ./build.sh [--target=Default] [--help]
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")"

if ! command -v dotnet >/dev/null 2>&1; then
  echo "build.sh: the .NET SDK is not on PATH; install .NET 10 (https://dot.net/download), then run this again" >&2
  exit 2
fi
export DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1 DOTNET_SKIP_FIRST_TIME_EXPERIENCE=1
export CAKE_PATHS_TOOLS=$PWD/.rayquest/cake

# The tools are restored when their list changed, or when the package cache they stand in went away.
stamp=.rayquest/tools
packages=${NUGET_PACKAGES:-${HOME:-}/.nuget/packages}
if ! cmp -s .config/dotnet-tools.json "$stamp" || ! [ -d "$packages/cake.tool" ]; then
  if ! log=$(dotnet tool restore 2>&1); then
    printf '%s\n' "$log" >&2
    echo "build.sh: the tools of .config/dotnet-tools.json could not be restored" >&2
    exit 3
  fi
  mkdir -p .rayquest
  cp .config/dotnet-tools.json "$stamp.$$" && mv -f "$stamp.$$" "$stamp"
fi
exec dotnet cake build/build.cake --verbosity=Normal --settings_enablescriptcache=true "$@" </dev/null
