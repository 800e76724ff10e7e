#!/usr/bin/env bash
# Calls the program: RAYQUEST_PROGRAM with RAYQUEST_COMMAND and the words of RAYQUEST_ARGS. Words are parted at blanks and
# line ends and taken as they are: no quotes, no variables, no patterns.
set -euo pipefail
set -f
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
read -r -d '' -a words <<<"${RAYQUEST_ARGS:-}" || true

# What is proposed is compared with the branch it goes to, which a checkout of one commit doesn't have. The token goes by git's
# own variables, where no list of processes shows it.
base=${GITHUB_BASE_REF:-main}
if [ "${RAYQUEST_READS:-}" = proposal ] && ! git rev-parse --quiet --verify "refs/remotes/origin/$base" >/dev/null; then
  (
    if [ -n "${GITHUB_TOKEN:-}" ] && [ -n "${GITHUB_SERVER_URL:-}" ]; then
      export GIT_CONFIG_COUNT=1 GIT_CONFIG_KEY_0="http.$GITHUB_SERVER_URL/.extraHeader"
      GIT_CONFIG_VALUE_0="Authorization: basic $(printf 'x-access-token:%s' "$GITHUB_TOKEN" | base64 | tr -d '\n')"
      export GIT_CONFIG_VALUE_0
    fi
    git fetch --quiet --no-tags --depth=1 origin "+refs/heads/$base:refs/remotes/origin/$base"
  )
fi

# An upgrade is compared with the version that the branch it goes to names; its program is found as any other, and checked.
if [ "${RAYQUEST_COMMAND:?}" = upgrade ] && [ -z "${RAYQUEST_OLD:-}" ]; then
  workflow=$(git show "origin/$base:.github/workflows/submission.yml" 2>/dev/null || true)
  before=$(sed -n '/^ *- uses: [^ ]*@[0-9a-f]* # v\([0-9A-Za-z.-]*\)$/{s//\1/p;q;}' <<<"$workflow")
  if [ -z "$before" ]; then
    echo "the branch $base does not use this action yet: there is nothing to compare with"
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
