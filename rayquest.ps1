# Runs rayquest from this repository, building it first when a source file changed.
# RAYQUEST_BIN=<program> runs that one instead and never builds.
$ErrorActionPreference = 'Stop'
if ($env:RAYQUEST_BIN) { & $env:RAYQUEST_BIN @args; exit $LASTEXITCODE }

$root = $PSScriptRoot
$state = Join-Path $root '.rayquest'
$sources = 'src', 'tests/Rehearsal', 'tests/Directory.Build.props', 'Directory.Build.props', 'Directory.Build.targets',
    'Directory.Packages.props', 'global.json', '.editorconfig', 'build/BannedSymbols.txt'
$files = $sources | ForEach-Object { Get-ChildItem -Recurse -File (Join-Path $root $_) } |
    Where-Object { $_.FullName -notmatch '[\\/](bin|obj)[\\/]' } | Sort-Object FullName
$text = ($files | ForEach-Object { (Get-FileHash -Algorithm SHA256 $_.FullName).Hash }) -join "`n"
$bytes = [Security.Cryptography.SHA256]::Create().ComputeHash([Text.Encoding]::UTF8.GetBytes($text))
$name = 'program-' + (-join ($bytes[0..7] | ForEach-Object { $_.ToString('x2') }))
$program = Join-Path $state $name
if (-not (Test-Path $program)) {
    [Console]::Error.WriteLine('building rayquest (once)...')
    $fresh = "$program.$PID"
    $log = dotnet publish (Join-Path $root 'src/JobCli/JobCli.csproj') --configuration Release `
        --artifacts-path (Join-Path $state "build-$PID") --output $fresh '-p:RunAnalyzers=false' --nologo --verbosity quiet
    $failed = $LASTEXITCODE -ne 0
    Remove-Item -Recurse -Force (Join-Path $state "build-$PID") -ErrorAction SilentlyContinue
    if ($failed) { $log | ForEach-Object { [Console]::Error.WriteLine($_) }; exit 3 }
    # Who comes second finds it there.
    try { [IO.Directory]::Move($fresh, $program) } catch { Remove-Item -Recurse -Force $fresh }
}
& dotnet (Join-Path $program 'rayquest.dll') @args
exit $LASTEXITCODE
