// One story on the emulated GitHub, told by the real Octokit: a ruleset with a bypass and a merge queue, a branch pushed
// through the API, a pull request with comments and reviews, statuses, the queue, and what is left when it has merged.
// Takes its place and tokens from the environment, and ends with 1 at the first answer that isn't what it should be.
import assert from "node:assert/strict";
import { Octokit } from "@octokit/rest";

const { API_URL, ADMIN_TOKEN, BOT_TOKEN, APP_TOKEN, APP_ID, ALICE_TOKEN, BOB_TOKEN, OWNER: owner, REPO: repo } = process.env;
const silent = { debug() {}, info() {}, warn() {}, error() {} };
const as = (auth) => new Octokit({ baseUrl: API_URL, auth, log: silent });
const [admin, bot, app, alice, bob] = [ADMIN_TOKEN, BOT_TOKEN, APP_TOKEN, ALICE_TOKEN, BOB_TOKEN].map(as);
const here = { owner, repo };

async function refused(name, status, words, act) {
  const error = await act().then(
    () => assert.fail(`${name} was accepted`),
    (reason) => reason,
  );
  if (status) assert.equal(error.status, status, `${name}: ${error.message}`);
  assert.match(error.message, words, name);
  console.log(`${name} is refused`);
}

async function pushed(octokit, branch, path, text, from = "heads/main") {
  const tip = (await octokit.rest.git.getRef({ ...here, ref: from })).data.object.sha;
  const tree = (
    await octokit.rest.git.createTree({ ...here, base_tree: tip, tree: [{ path, mode: "100644", type: "blob", content: text }] })
  ).data.sha;
  const commit = (await octokit.rest.git.createCommit({ ...here, message: `Write ${path}`, tree, parents: [tip] })).data.sha;
  const ref = `heads/${branch}`;
  if (from === ref) await octokit.rest.git.updateRef({ ...here, ref, sha: commit });
  else await octokit.rest.git.createRef({ ...here, ref: `refs/${ref}`, sha: commit });
  return commit;
}

const green = (sha, octokit = app) => octokit.rest.repos.createCommitStatus({ ...here, sha, state: "success", context: "rayquest" });

// Rules
const appId = Number(APP_ID);
const queue = {
  check_response_timeout_minutes: 60,
  grouping_strategy: "ALLGREEN",
  max_entries_to_build: 5,
  max_entries_to_merge: 5,
  merge_method: "MERGE",
  min_entries_to_merge: 1,
  min_entries_to_merge_wait_minutes: 0,
};
const wanted = {
  name: "main",
  target: "branch",
  enforcement: "active",
  bypass_actors: [{ actor_id: appId, actor_type: "Integration", bypass_mode: "always" }],
  conditions: { ref_name: { include: ["~DEFAULT_BRANCH"], exclude: [] } },
  rules: [
    { type: "non_fast_forward" },
    {
      type: "pull_request",
      parameters: {
        required_approving_review_count: 1,
        dismiss_stale_reviews_on_push: false,
        require_code_owner_review: false,
        require_last_push_approval: false,
        required_review_thread_resolution: false,
      },
    },
    {
      type: "required_status_checks",
      parameters: { strict_required_status_checks_policy: true, required_status_checks: [{ context: "rayquest", integration_id: appId }] },
    },
    { type: "merge_queue", parameters: queue },
  ],
};
await refused("a ruleset of somebody who may not", 404, /Not Found/, () => alice.rest.repos.createRepoRuleset({ ...here, ...wanted }));
const ruleset = (await admin.rest.repos.createRepoRuleset({ ...here, ...wanted })).data;
assert.equal(ruleset.bypass_actors[0].actor_id, appId);
assert.equal((await bob.rest.repos.getRepoRuleset({ ...here, ruleset_id: ruleset.id })).data.bypass_actors, undefined);
assert.equal((await app.rest.repos.getRepoRuleset({ ...here, ruleset_id: ruleset.id })).data.current_user_can_bypass, "always");
assert.equal((await bot.rest.repos.getRepoRulesets(here)).data.length, 1);
const rules = (await bot.rest.repos.getBranchRules({ ...here, branch: "main" })).data;
assert.deepEqual(
  rules.map((rule) => rule.type),
  ["non_fast_forward", "pull_request", "required_status_checks", "merge_queue"],
);
assert.equal((await bot.rest.repos.getBranch({ ...here, branch: "main" })).data.protected, true);

// A branch, pushed
const head = await pushed(alice, "story", "jobs-requests/vision/story.yaml", "name: story\n");
await refused("a push past the pull request", 422, /Changes must be made through a pull request/, () =>
  alice.rest.git.updateRef({ ...here, ref: "heads/main", sha: head }),
);
await refused("the editor on the page", 409, /Repository rule violations/, () =>
  alice.rest.repos.createOrUpdateFileContents({ ...here, path: "x", message: "x", content: "eA==", branch: "main" }),
);
const pull = (await alice.rest.pulls.create({ ...here, head: "story", base: "main", title: "Tell a story", body: "Please" })).data;
const { number: pull_number } = pull;
const [commit] = (await bot.rest.pulls.listCommits({ ...here, pull_number })).data;
assert.deepEqual([commit.sha, commit.author.login], [head, "alice"]);
const activity = (await bot.request("GET /repos/{owner}/{repo}/activity", { ...here, ref: "refs/heads/story" })).data;
assert.deepEqual([activity[0].activity_type, activity[0].actor.login, activity[0].after], ["branch_creation", "alice", head]);

// Comments and reviews
const comment = (await bob.rest.issues.createComment({ ...here, issue_number: pull_number, body: "/revoke-quota" })).data;
await alice.rest.issues.updateComment({ ...here, comment_id: comment.id, body: "never mind" });
const seen = await bot.graphql(
  `query ($owner: String!, $repo: String!, $number: Int!) {
    repository(owner: $owner, name: $repo) {
      pullRequest(number: $number) {
        mergeStateStatus isMergeQueueEnabled
        comments(first: 10) { nodes { body lastEditedAt author { login } editor { login } } }
      }
    }
  }`,
  { owner, repo, number: pull_number },
);
assert.equal(seen.repository.pullRequest.mergeStateStatus, "BLOCKED");
assert.equal(seen.repository.pullRequest.comments.nodes[0].editor.login, "alice");
await alice.rest.issues.deleteComment({ ...here, comment_id: comment.id });
const review = (await bob.rest.pulls.createReview({ ...here, pull_number, event: "APPROVE", commit_id: head })).data;
await admin.rest.pulls.dismissReview({ ...here, pull_number, review_id: review.id, message: "once more" });
assert.equal((await bot.rest.pulls.listReviews({ ...here, pull_number })).data[0].state, "DISMISSED");

// The status, and whose it is
await green(head, bob);
await refused("a status of somebody else's", 405, /expected/, () => bot.rest.pulls.merge({ ...here, pull_number, sha: head }));
await green(head);
const { statuses } = (await bot.rest.repos.getCombinedStatusForRef({ ...here, ref: head })).data;
assert.equal(statuses.length, 1);
const all = (await bot.rest.repos.listCommitStatusesForRef({ ...here, ref: head })).data;
assert.deepEqual(all.map((status) => status.creator.login), ["rayquest[bot]", "bob"]);
await refused("a merge without a review", 405, /approving review/, () => bot.rest.pulls.merge({ ...here, pull_number, sha: head }));
await bob.rest.pulls.createReview({ ...here, pull_number, event: "APPROVE", commit_id: head });
await refused("a merge past the queue", 405, /merge queue/, () => bot.rest.pulls.merge({ ...here, pull_number, sha: head }));

// The queue
const enqueue = "mutation ($input: EnqueuePullRequestInput!) { enqueuePullRequest(input: $input) { mergeQueueEntry { id } } }";
await bob.graphql(enqueue, { input: { pullRequestId: pull.node_id, expectedHeadOid: head } });
const entries = `query ($owner: String!, $repo: String!) {
  repository(owner: $owner, name: $repo) {
    mergeQueue(branch: "main") {
      entries(first: 10) { nodes { position state enqueuer { login } pullRequest { number } baseCommit { oid } headCommit { oid } } }
    }
  }
}`;
const [entry] = (await bot.graphql(entries, here)).repository.mergeQueue.entries.nodes;
assert.deepEqual([entry.position, entry.state, entry.enqueuer.login, entry.pullRequest.number], [1, "AWAITING_CHECKS", "bob", pull_number]);
const temporary = (await bot.rest.git.getRef({ ...here, ref: `heads/gh-readonly-queue/main/pr-${pull_number}-${entry.baseCommit.oid}` })).data;
assert.equal(temporary.object.sha, entry.headCommit.oid);
assert.deepEqual((await bot.rest.repos.listPullRequestsAssociatedWithCommit({ ...here, commit_sha: entry.headCommit.oid })).data, []);
await green(entry.headCommit.oid);
const merged = (await bot.rest.pulls.get({ ...here, pull_number })).data;
assert.deepEqual([merged.merged, merged.merge_commit_sha, merged.merged_by.login], [true, entry.headCommit.oid, "github-merge-queue[bot]"]);
const last = (await bot.rest.repos.getCommit({ ...here, ref: "main" })).data;
assert.equal(last.commit.verification.verified, true);

// The App passes by the rules, the workflows' own token doesn't
await refused("the workflow's own commit", 422, /pull request/, () => pushed(bot, "main", "jobs/a.yaml", "a", "heads/main"));
await pushed(app, "main", "jobs/a.yaml", "a", "heads/main");
await admin.rest.repos.deleteRepoRuleset({ ...here, ruleset_id: ruleset.id });
assert.equal((await bot.rest.repos.getBranchRules({ ...here, branch: "main" })).data.length, 0);

// Settings, as whoever may read them sees them
await refused("secrets, for the workflow's own token", 403, /not accessible/, () => bot.rest.actions.listRepoSecrets(here));
assert.equal((await admin.rest.actions.listRepoSecrets(here)).data.total_count, 0);
assert.equal((await admin.rest.actions.getGithubActionsDefaultWorkflowPermissionsRepository(here)).data.default_workflow_permissions, "read");
assert.equal((await bot.rest.repos.getAllEnvironments(here)).data.environments[0].name, "rayquest");
const policies = (await bot.rest.repos.listDeploymentBranchPolicies({ ...here, environment_name: "rayquest" })).data;
assert.equal(policies.branch_policies[0].name, "main");
assert.equal((await admin.rest.actions.listEnvironmentSecrets({ ...here, environment_name: "rayquest" })).data.secrets[0].name, "RAYQUEST_APP_PRIVATE_KEY");
assert.deepEqual((await bot.rest.repos.codeownersErrors(here)).data.errors, []);
console.log("told to its end");
