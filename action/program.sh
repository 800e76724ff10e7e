#!/usr/bin/env bash
# Finds the program for this runner and says where it is, as the output `program`. It comes from RAYQUEST_PATH, from
# RAYQUEST_BIN, from the runner's tool cache or from the release, in this order, and is taken only when its SHA-256 is the
# one in digests/ beside this script.
set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)

fail() { # fail <what is wrong> <what to do>
  echo "::error title=rayquest::$1; $2" >&2
  exit 3
}

use() { # use <program>
  echo "program=$1" >>"${GITHUB_OUTPUT:?}"
  exit 0
}

# The tree of the action holds the sources too: what is built from it is pinned by the same commit.
if [ "${RAYQUEST_PATH:-}" = source ]; then
  use "$(cd "$here/.." && pwd)/rayquest"
fi

version=${RAYQUEST_VERSION:-}
if [ -z "$version" ]; then
  [ -f "$here/digests/newest" ] || fail "this commit of the action is of no release" \
    "pin the commit that a release names, or give path: source"
  version=$(<"$here/digests/newest")
fi
case $version in
  '' | *[!0-9A-Za-z.-]*) fail "version \`$version\` is no version" "give one such as 0.1.0" ;;
esac
version=${version#v}
digests=$here/digests/$version.txt
[ -f "$digests" ] || fail "this commit of the action knows no version $version" \
  "pin the commit of a newer release, or give one of: $(cd "$here/digests" && echo *.txt | sed 's/\.txt//g')"

case "$(uname -s)/$(uname -m)" in
  Linux/x86_64) platform=linux-x64 ;;
  Linux/aarch64 | Linux/arm64) platform=linux-arm64 ;;
  Darwin/arm64) platform=osx-arm64 ;;
  MINGW*/* | MSYS*/*) platform=win-x64 ;;
  *) fail "there is no program for $(uname -s) on $(uname -m)" "use another runner, or give path: source" ;;
esac
name=rayquest-$platform
if [ "$platform" = win-x64 ]; then name=$name.exe; fi
wanted=$(awk -v name="$name" '$2 == name || $2 == "*" name { print $1 }' "$digests")
[ -n "$wanted" ] || fail "version $version has no program for $platform" "use another runner, or give path: source"

digest() { # digest <file>
  if command -v sha256sum >/dev/null 2>&1; then sha256sum "$1"; else shasum -a 256 "$1"; fi | cut -d ' ' -f 1
}

check() { # check <program> <where it is from>
  local found
  found=$(digest "$1")
  [ "$found" = "$wanted" ] || fail "$2 is not version $version: its SHA-256 is $found, and this action takes $wanted" \
    "take the file of that release, or pin the action's commit that belongs to yours"
}

for given in "${RAYQUEST_PATH:-}" "${RAYQUEST_BIN:-}"; do
  if [ -n "$given" ]; then
    [ -f "$given" ] || fail "there is no file $given" "put the program there, or leave path and RAYQUEST_BIN out"
    check "$given" "$given"
    use "$given"
  fi
done

cache=${RUNNER_TOOL_CACHE:-${RUNNER_TEMP:-/tmp}}/rayquest/$version/$platform
program=$cache/$name
if [ -f "$program" ]; then
  if [ "$(digest "$program")" = "$wanted" ]; then use "$program"; fi
  echo "rayquest: what the tool cache holds is not version $version; it is fetched again" >&2
fi

server=${GITHUB_SERVER_URL:-https://github.com}
repository=${RAYQUEST_REPOSITORY:-${GITHUB_ACTION_REPOSITORY:-}}
[ -n "$repository" ] || fail "nobody says which repository the release is of" "give path, or version and repository"
address=$server/$repository/releases/download/v$version/$name
mkdir -p "$cache" 2>/dev/null || fail "$cache can't be made" "check the space and the rights of the runner's tool cache"
fresh=$program.$$
trap 'rm -f "$fresh"' EXIT
code=0
# The token goes by standard input, where no list of processes shows it.
printf 'header = "Authorization: Bearer %s"\n' "${RAYQUEST_TOKEN:-}" |
  curl --fail --silent --show-error --location --retry 3 --connect-timeout 10 --max-time 300 \
    ${RAYQUEST_TOKEN:+--config -} --output "$fresh" -- "$address" >&2 || code=$?
case $code in
  0) ;;
  23) fail "the program could not be written to $cache" "the disk is full, or the folder can't be written to" ;;
  22) fail "$address is not there" "see whether the release v$version of $repository has it, or give path" ;;
  *) fail "$address could not be fetched (curl: $code)" \
    "an offline runner needs the program in its tool cache, at $program, or by path (docs/verify.md)" ;;
esac
check "$fresh" "what $address holds"
{ chmod +x "$fresh" && mv -f "$fresh" "$program"; } ||
  fail "the program could not be put into $cache" "the disk is full, or the folder can't be written to"
trap - EXIT
use "$program"
