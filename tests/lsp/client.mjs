// node client.mjs PROGRAM [ARGUMENT…] -- FOLDER FILE : starts a language server for a repository, opens a request in it, and
// prints what it answers as one JSON object: diagnostics, a hover, completions, a quick fix, a definition, and how long each
// of a hundred keystrokes waited for its diagnostics, in milliseconds.
import { spawn } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import protocol from 'vscode-languageserver-protocol/node.js';

const { createProtocolConnection, StreamMessageReader, StreamMessageWriter } = protocol;
const split = process.argv.indexOf('--');
const [program, ...words] = process.argv.slice(2, split);
const [folder, file] = process.argv.slice(split + 1);
const server = spawn(program, words, { cwd: folder, stdio: ['pipe', 'pipe', 'inherit'] });
const connection = createProtocolConnection(new StreamMessageReader(server.stdout), new StreamMessageWriter(server.stdin));
let waiting = [];
connection.onNotification('textDocument/publishDiagnostics', (told) => {
  for (const wake of waiting.splice(0)) wake(told);
});
const published = () => new Promise((wake) => waiting.push(wake));
connection.listen();

const initialized = await connection.sendRequest('initialize', {
  processId: process.pid,
  rootUri: pathToFileURL(folder).href,
  capabilities: {},
});
await connection.sendNotification('initialized', {});

const uri = pathToFileURL(join(folder, file)).href;
const text = await readFile(join(folder, file), 'utf8');
let next = published();
await connection.sendNotification('textDocument/didOpen', { textDocument: { uri, languageId: 'yaml', version: 1, text } });
const { diagnostics } = await next;

const place = (needle, into = 0) => {
  const at = text.indexOf(needle) + into;
  const before = text.slice(0, at);
  return { line: before.split('\n').length - 1, character: at - (before.lastIndexOf('\n') + 1) };
};
const ask = (method, needle, into) => connection.sendRequest(method, { textDocument: { uri }, position: place(needle, into) });
const hover = await ask('textDocument/hover', 'timout', 2);
const key = await ask('textDocument/hover', 'profile:', 2);
const values = await ask('textDocument/completion', 'gpu: ', 5);
const keys = await ask('textDocument/completion', 'timout', 3);
const definition = await ask('textDocument/definition', 'profile: gpu', 11);
const actions = await connection.sendRequest('textDocument/codeAction', {
  textDocument: { uri },
  range: { start: place('timout'), end: place('timout', 6) },
  context: { diagnostics },
});

const waits = [];
for (let stroke = 0; stroke < 100; stroke++) {
  const typed = text.replace('description: ', `description: ${'x'.repeat(stroke % 7)}`);
  next = published();
  const from = performance.now();
  await connection.sendNotification('textDocument/didChange', {
    textDocument: { uri, version: stroke + 2 },
    contentChanges: [{ text: typed }],
  });
  await next;
  waits.push(performance.now() - from);
}
waits.sort((a, b) => a - b);

let unknown = '';
await connection.sendRequest('workspace/nothing', {}).catch((fault) => { unknown = String(fault.code); });
await connection.sendRequest('shutdown');
const ended = new Promise((done) => server.once('exit', done));
await connection.sendNotification('exit');
const code = await ended;
console.log(JSON.stringify({
  name: initialized.serverInfo.name,
  diagnostics,
  hover: hover?.contents.value,
  key: key?.contents.value,
  values: values.map((item) => item.label),
  keys: keys.map((item) => item.label),
  definition,
  actions,
  unknown,
  code,
  p50: waits[49],
  p95: waits[94],
}));
