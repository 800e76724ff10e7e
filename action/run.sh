#!/usr/bin/env bash
# Calls the program: RAYQUEST_PROGRAM with RAYQUEST_COMMAND and the words of RAYQUEST_ARGS. Words are parted at blanks and
# line ends and taken as they are: no quotes, no variables, no patterns.
set -euo pipefail
set -f
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
read -r -d '' -a words <<<"${RAYQUEST_ARGS:-}" || true

# An upgrade is compared with the version that the branch it goes to names; its program is found as any other, and checked.
if [ "${RAYQUEST_COMMAND:?}" = upgrade ] && [ -z "${RAYQUEST_OLD:-}" ]; then
  workflow=$(git show "origin/${GITHUB_BASE_REF:-main}:.github/workflows/submission.yml" 2>/dev/null || true)
  before=$(sed -n '/^ *- uses: [^ ]*@[0-9a-f]* # v\([0-9A-Za-z.-]*\)$/{s//\1/p;q;}' <<<"$workflow")
  if [ -z "$before" ]; then
    echo "the branch ${GITHUB_BASE_REF:-main} does not use this action yet: there is nothing to compare with"
    exit 0
  fi
  if [ -f "$here/digests/newest" ] && [ "$before" = "$(<"$here/digests/newest")" ]; then
    RAYQUEST_OLD=$RAYQUEST_PROGRAM
  else
    found=${RUNNER_TEMP:-/tmp}/rayquest-old.$$
    : >"$found"
    GITHUB_OUTPUT=$found RAYQUEST_VERSION=$before RAYQUEST_PATH='' RAYQUEST_BIN='' RAYQUEST_TOKEN=${GITHUB_TOKEN:-} \
      "$here/program.sh"
    RAYQUEST_OLD=$(sed -n 's/^program=//p' "$found")
    rm -f "$found"
  fi
  export RAYQUEST_OLD
fi

unset RAYQUEST_BIN # the launcher of a build from source would follow it
exec "${RAYQUEST_PROGRAM:?}" "$RAYQUEST_COMMAND" ${words[@]+"${words[@]}"}
