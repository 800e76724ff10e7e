// Drives the emulated GitHub with the real Octokit: every endpoint our own client uses, so that the emulator isn't
// only shaped like our client. Takes its place and tokens from the environment, prints one line a call, and ends
// with 1 at the first answer that isn't what Octokit's types promise.
import assert from "node:assert/strict";
import { Octokit } from "@octokit/rest";

const { API_URL, BOT_TOKEN, ALICE_TOKEN, BOB_TOKEN, OWNER: owner, REPO: repo } = process.env;
const silent = { debug() {}, info() {}, warn() {}, error() {} };
const as = (auth) => new Octokit({ baseUrl: API_URL, auth, log: silent });
const [bot, alice, bob] = [BOT_TOKEN, ALICE_TOKEN, BOB_TOKEN].map(as);
const here = { owner, repo };
const pull_number = 1;
const issue_number = 1;

async function step(name, act) {
  const result = await act();
  console.log(name);
  return result;
}

async function refused(name, status, act) {
  const error = await act().then(
    () => assert.fail(`${name} was accepted`),
    (reason) => reason,
  );
  assert.equal(error.status, status, `${name}: ${error.message}`);
  console.log(`${name} is refused with ${status}`);
}

const pull = (await step("pulls.get", () => bot.rest.pulls.get({ ...here, pull_number }))).data;
const sha = pull.head.sha;
assert.equal(pull.state, "open");
assert.equal((await step("repos.get", () => bot.rest.repos.get(here))).data.full_name, `${owner}/${repo}`);
assert.equal((await step("pulls.list", () => bot.rest.pulls.list({ ...here, state: "open", per_page: 100 }))).data.length, 1);
assert.equal((await step("pulls.listFiles", () => bot.rest.pulls.listFiles({ ...here, pull_number }))).data[0].status, "added");

// Comments
const comment = (await step("issues.createComment", () => bot.rest.issues.createComment({ ...here, issue_number, body: "one" }))).data;
await step("issues.updateComment", () => bot.rest.issues.updateComment({ ...here, comment_id: comment.id, body: "two" }));
assert.equal((await step("issues.getComment", () => bot.rest.issues.getComment({ ...here, comment_id: comment.id }))).data.body, "two");
for (let i = 0; i < 4; i++) await bot.rest.issues.createComment({ ...here, issue_number, body: `page ${i}` });
const pages = await step("paginate issues.listComments", () => bot.paginate(bot.rest.issues.listComments, { ...here, issue_number, per_page: 2 }));
assert.equal(pages.length, 5);
await step("issues.deleteComment", () => bot.rest.issues.deleteComment({ ...here, comment_id: pages[4].id }));
await refused("a comment of 65,537 characters", 422, () => bot.rest.issues.createComment({ ...here, issue_number, body: "x".repeat(65537) }));

// Reviews
await refused("approving one's own pull request", 422, () => alice.rest.pulls.createReview({ ...here, pull_number, event: "APPROVE" }));
await step("pulls.createReview", () => bob.rest.pulls.createReview({ ...here, pull_number, event: "APPROVE", commit_id: sha }));
const reviews = (await step("pulls.listReviews", () => bot.rest.pulls.listReviews({ ...here, pull_number }))).data;
assert.deepEqual([reviews[0].state, reviews[0].commit_id, reviews[0].user.login], ["APPROVED", sha, "bob"]);
await step("pulls.createReview with a suggestion", () =>
  bot.rest.pulls.createReview({
    ...here,
    pull_number,
    event: "COMMENT",
    commit_id: sha,
    body: "fixes",
    comments: [{ path: "jobs-requests/vision/resnet.yaml", line: 1, side: "RIGHT", body: "```suggestion\nname: x\n```" }],
  }),
);
const remarks = (await step("pulls.listReviewComments", () => bot.rest.pulls.listReviewComments({ ...here, pull_number }))).data;
await step("pulls.deleteReviewComment", () => bot.rest.pulls.deleteReviewComment({ ...here, comment_id: remarks[0].id }));
assert.equal(
  (await step("repos.getCollaboratorPermissionLevel", () => bot.rest.repos.getCollaboratorPermissionLevel({ ...here, username: "bob" }))).data.permission,
  "write",
);

// Labels
await step("issues.createLabel", () => bot.rest.issues.createLabel({ ...here, name: "rayquest/pass", color: "00ff00" }));
await step("issues.addLabels", () => bot.rest.issues.addLabels({ ...here, issue_number, labels: ["rayquest/pass", "ray/queued"] }));
await step("issues.removeLabel", () => bot.rest.issues.removeLabel({ ...here, issue_number, name: "ray/queued" }));
await step("issues.setLabels", () => bot.rest.issues.setLabels({ ...here, issue_number, labels: ["rayquest/blocked"] }));
assert.equal((await step("issues.listLabelsOnIssue", () => bot.rest.issues.listLabelsOnIssue({ ...here, issue_number }))).data[0].name, "rayquest/blocked");
await step("issues.listLabelsForRepo", () => bot.rest.issues.listLabelsForRepo(here));

// Statuses and checks
await step("repos.createCommitStatus", () => bot.rest.repos.createCommitStatus({ ...here, sha, state: "pending", context: "rayquest", description: "looking" }));
assert.equal((await step("repos.getCombinedStatusForRef", () => bot.rest.repos.getCombinedStatusForRef({ ...here, ref: sha }))).data.statuses[0].context, "rayquest");
await step("repos.listCommitStatusesForRef", () => bot.rest.repos.listCommitStatusesForRef({ ...here, ref: sha }));
await refused("a description of 141 characters", 422, () =>
  bot.rest.repos.createCommitStatus({ ...here, sha, state: "success", description: "x".repeat(141) }),
);
const run = (await step("checks.create", () => bot.rest.checks.create({ ...here, name: "rayquest review", head_sha: sha, status: "in_progress", external_id: "1" }))).data;
const annotation = (line) => ({ path: "a.yaml", start_line: line, end_line: line, annotation_level: "failure", message: "no" });
const output = (count) => ({ title: "t", summary: "s", annotations: Array.from({ length: count }, (_, i) => annotation(i + 1)) });
await step("checks.update", () => bot.rest.checks.update({ ...here, check_run_id: run.id, status: "completed", conclusion: "failure", output: output(50) }));
await refused("51 annotations", 422, () => bot.rest.checks.update({ ...here, check_run_id: run.id, output: output(51) }));
await refused("a completed check without conclusion", 422, () => bot.rest.checks.create({ ...here, name: "x", head_sha: sha, status: "completed" }));
assert.equal((await step("checks.get", () => bot.rest.checks.get({ ...here, check_run_id: run.id }))).data.output.annotations_count, 50);
assert.equal((await step("checks.listForRef", () => bot.rest.checks.listForRef({ ...here, ref: sha, check_name: "rayquest review" }))).data.total_count, 1);
assert.equal((await step("checks.listAnnotations", () => bot.paginate(bot.rest.checks.listAnnotations, { ...here, check_run_id: run.id }))).length, 50);
await refused("a person's check run", 403, () => alice.rest.checks.create({ ...here, name: "x", head_sha: sha }));

// Git
const main = (await step("git.getRef", () => bot.rest.git.getRef({ ...here, ref: "heads/main" }))).data.object.sha;
const blob = (await step("git.createBlob", () => bot.rest.git.createBlob({ ...here, content: "aGVsbG8K", encoding: "base64" }))).data.sha;
assert.equal((await step("git.getBlob", () => bot.rest.git.getBlob({ ...here, file_sha: blob }))).data.content, "aGVsbG8K");
const parent = (await step("git.getCommit", () => bot.rest.git.getCommit({ ...here, commit_sha: main }))).data;
const tree = (await step("git.createTree", () =>
  bot.rest.git.createTree({ ...here, base_tree: parent.tree.sha, tree: [{ path: "ledger/a", mode: "100644", type: "blob", sha: blob }] }),
)).data.sha;
const commit = (await step("git.createCommit", () => bot.rest.git.createCommit({ ...here, message: "note", tree, parents: [main] }))).data.sha;
await step("git.createRef", () => bot.rest.git.createRef({ ...here, ref: "refs/heads/ledger", sha: main }));
await step("git.updateRef", () => bot.rest.git.updateRef({ ...here, ref: "heads/ledger", sha: commit }));
await refused("moving a branch back", 422, () => bot.rest.git.updateRef({ ...here, ref: "heads/ledger", sha: main }));
assert.equal((await step("git.getTree", () => bot.rest.git.getTree({ ...here, tree_sha: commit, recursive: "1" }))).data.tree.length, 2);
assert.equal((await step("repos.getContent", () => bot.rest.repos.getContent({ ...here, path: "ledger/a", ref: "ledger" }))).data.type, "file");
await step("git.deleteRef", () => bot.rest.git.deleteRef({ ...here, ref: "heads/ledger" }));

// Deployments and dispatches
const deployment = (await step("repos.createDeployment", () =>
  bot.rest.repos.createDeployment({ ...here, ref: "main", environment: "vision", auto_merge: false, required_contexts: [] }),
)).data;
await step("repos.createDeploymentStatus", () =>
  bot.rest.repos.createDeploymentStatus({ ...here, deployment_id: deployment.id, state: "in_progress" }),
);
assert.equal((await step("repos.listDeployments", () => bot.rest.repos.listDeployments({ ...here, environment: "vision" }))).data.length, 1);
await step("repos.listDeploymentStatuses", () => bot.rest.repos.listDeploymentStatuses({ ...here, deployment_id: deployment.id }));
await step("repos.createDispatchEvent", () => bot.rest.repos.createDispatchEvent({ ...here, event_type: "rayquest", client_payload: { pull: 1 } }));

// GraphQL
assert.equal((await step("graphql viewer", () => bot.graphql("{ viewer { login } }"))).viewer.login, "github-actions[bot]");
const commitOn = (expectedHeadOid) =>
  bot.graphql(
    `mutation Render($input: CreateCommitOnBranchInput!) {
      made: createCommitOnBranch(input: $input) { commit { oid url } }
    }`,
    {
      input: {
        branch: { repositoryNameWithOwner: `${owner}/${repo}`, branchName: pull.head.ref },
        expectedHeadOid,
        message: { headline: "Render" },
        fileChanges: { additions: [{ path: "jobs/a.yaml", contents: "aGVsbG8K" }] },
      },
    },
  );
const rendered = (await step("graphql createCommitOnBranch", () => commitOn(sha))).made.commit.oid;
await assert.rejects(commitOn(sha), (error) => error.errors[0].type === "STALE_DATA");
const minimize = "mutation($input: MinimizeCommentInput!) { minimizeComment(input: $input) { minimizedComment { isMinimized } } }";
await step("graphql minimizeComment", () => bot.graphql(minimize, { input: { subjectId: comment.node_id, classifier: "OUTDATED" } }));

// The end
await refused("merging a head that moved", 409, () => bot.rest.pulls.merge({ ...here, pull_number, sha }));
const merged = (await step("pulls.merge", () => bot.rest.pulls.merge({ ...here, pull_number, sha: rendered, merge_method: "squash" }))).data;
assert.equal((await step("repos.listPullRequestsAssociatedWithCommit", () =>
  bot.rest.repos.listPullRequestsAssociatedWithCommit({ ...here, commit_sha: merged.sha }),
)).data[0].number, 1);
await step("issues.update", () => bot.rest.issues.update({ ...here, issue_number, title: "Done" }));
assert.equal((await step("issues.get", () => bot.rest.issues.get({ ...here, issue_number }))).data.state, "closed");
await refused("an unknown pull request", 404, () => bot.rest.pulls.get({ ...here, pull_number: 99 }));
await refused("a wrong token", 401, () => as("wrong").rest.pulls.get({ ...here, pull_number }));
