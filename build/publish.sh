#!/usr/bin/env bash
# Publishes the release whose files lie in a folder: publish.sh FOLDER. Called by release.yml in a checkout of main.
#
# The release's commit is the built one plus action/digests/VERSION.txt, so that whoever pins it pins these programs too.
# Its tag is pushed first, then GitHub's release is made and published in one call (an immutable one can't be added to), then
# a pull request brings the digests to main. Run again after any failure, it goes on where it stopped; a version that was
# released with other bytes is refused.
set -euo pipefail
folder=$(cd "${1:?}" && pwd)
cd "$(dirname "${BASH_SOURCE[0]}")/.."
here=$(pwd)

fail() {
  echo "::error title=release::$1; $2" >&2
  exit 3
}

version=$(sed -n 's:^ *<Version>\([0-9A-Za-z.-]*\)</Version>$:\1:p' Directory.Build.props)
[ -n "$version" ] || fail "Directory.Build.props names no version" "write <Version>"
tag=v$version
branch=release-$tag

built=${GITHUB_SHA:?}
[ "$(git rev-parse HEAD)" = "$built" ] ||
  fail "main has moved since $built was built" "start the workflow again: it builds what main holds now"
(cd "$folder" && sha256sum --strict --quiet --check SHA256SUMS) ||
  fail "the files are not those of SHA256SUMS" "start the workflow again"

# The same parent, files, names and times make the same commit, however often this runs.
"$here/build/pin.sh" "$folder/SHA256SUMS" "$version" action/digests
git add -- action/digests
when=$(git log -1 --format=%ct)
if git diff --cached --quiet; then
  commit=$built
else
  export GIT_AUTHOR_DATE="@$when +0000" GIT_COMMITTER_DATE="@$when +0000"
  export GIT_AUTHOR_NAME=rayquest GIT_AUTHOR_EMAIL=rayquest@users.noreply.github.com
  export GIT_COMMITTER_NAME=$GIT_AUTHOR_NAME GIT_COMMITTER_EMAIL=$GIT_AUTHOR_EMAIL
  commit=$(git commit-tree "$(git write-tree)" -p "$built" -m "Take the programs of $tag")
fi

# The token goes by git's own variables, where no list of processes shows it.
if [ -n "${GH_TOKEN:-}" ] && [ -n "${GITHUB_SERVER_URL:-}" ]; then
  export GIT_CONFIG_COUNT=1
  export GIT_CONFIG_KEY_0="http.$GITHUB_SERVER_URL/.extraHeader"
  GIT_CONFIG_VALUE_0="Authorization: basic $(printf 'x-access-token:%s' "$GH_TOKEN" | base64 | tr -d '\n')"
  export GIT_CONFIG_VALUE_0
fi
there=$(git ls-remote origin "refs/tags/$tag" | cut -f 1)
if [ -z "$there" ]; then
  git push --quiet --atomic origin "$commit:refs/tags/$tag" "$commit:refs/heads/$branch"
elif [ "$there" != "$commit" ]; then
  fail "$tag was released from another commit ($there)" "raise <Version> in Directory.Build.props"
fi

state=$(gh release view "$tag" --json isDraft --jq .isDraft 2>/dev/null || true)
if [ "$state" = true ]; then # what a run that was ended half way left
  gh release delete "$tag" --yes
  state=
fi
if [ -z "$state" ]; then
  files=()
  for file in "$folder"/*; do files+=("$file"); done
  gh release create "$tag" --verify-tag --title "$tag" \
    --notes "What changed: CHANGELOG.md. How to know that it is ours: docs/verify.md. Pin the action by $commit." "${files[@]}"
fi
if [ "$commit" != "$built" ] && [ -z "$(gh pr list --head "$branch" --state all --json number --jq '.[].number')" ]; then
  gh pr create --base "$(gh repo view --json defaultBranchRef --jq .defaultBranchRef.name)" --head "$branch" \
    --title "Take the programs of $tag" --body "The action's digests of the release, as its tag has them."
fi
echo "$tag is $commit"
