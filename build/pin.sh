#!/usr/bin/env bash
# Writes the digests of a release's programs into an action's tree: pin.sh SHA256SUMS VERSION FOLDER. The action of that
# tree then takes these programs and no others. What other versions' files say stays.
set -euo pipefail
sums=${1:?} version=${2:?} folder=${3:?}
lines=$(grep -E '^[0-9a-f]{64}  rayquest-(linux|osx|win)-(x64|arm64)(\.exe)?$' "$sums") || {
  echo "pin.sh: $sums lists no program" >&2
  exit 1
}
mkdir -p "$folder"
printf '%s\n' "$lines" >"$folder/$version.txt"
printf '%s\n' "$version" >"$folder/newest"
echo "$folder/$version.txt: $(wc -l <"$folder/$version.txt" | tr -d ' ') programs"
