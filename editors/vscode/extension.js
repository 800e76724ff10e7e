// Starts `rayquest lsp` for a repository of requests; everything else is the program's.
const { workspace } = require('vscode');
const { LanguageClient } = require('vscode-languageclient/node');

let client;

exports.activate = async () => {
  const folder = workspace.workspaceFolders?.[0];
  if (!folder || !workspace.isTrusted) return;
  client = new LanguageClient(
    'rayquest',
    'Rayquest',
    {
      command: workspace.getConfiguration('rayquest').get('path', 'rayquest'),
      args: ['lsp'],
      options: { cwd: folder.uri.fsPath },
    },
    {
      documentSelector: [
        { scheme: 'file', pattern: '**/jobs-requests/**/*.yaml' },
        { scheme: 'file', pattern: '**/policies/**/*.yaml' },
      ],
      synchronize: { fileEvents: workspace.createFileSystemWatcher('**/{jobs-requests,policies}/**') },
    },
  );
  await client.start();
};

exports.deactivate = () => client?.stop();
