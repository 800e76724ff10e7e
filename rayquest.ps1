# Runs rayquest from this repository, building it first when a source file changed.
# RAYQUEST_BIN=<program> runs that one instead and never builds.
# In CI no program that lies in the checkout is run, and nothing is built while a credential is in the environment; the
# launcher for other systems, rayquest, says why.
$ErrorActionPreference = 'Stop'
if ($env:RAYQUEST_BIN) { & $env:RAYQUEST_BIN @args; exit $LASTEXITCODE }

$root = $PSScriptRoot
$state = Join-Path $root '.rayquest'
$ci = ($env:CI -and $env:CI -notin '0', 'false') -or $env:GITHUB_ACTIONS
if ($ci) {
    $committed = try { git -C $root ls-files -- .rayquest 2>$null | Select-Object -First 1 } catch { $null }
    if ($committed) {
        [Console]::Error.WriteLine("rayquest: $committed is in the repository, where only this machine's builds belong: take it out (git rm --cached) and look who put it there")
        exit 3
    }
    $temporary = if ($env:RUNNER_TEMP) { $env:RUNNER_TEMP } else { Join-Path ([IO.Path]::GetTempPath()) ([IO.Path]::GetRandomFileName()) }
    $state = Join-Path $temporary 'rayquest'
}
$sources = 'src', 'src/JobRehearsal', 'tests/Directory.Build.props', 'Directory.Build.props', 'Directory.Build.targets',
    'Directory.Packages.props', 'global.json', '.editorconfig', 'build/BannedSymbols.txt', '.github/workflows'
$files = $sources | ForEach-Object { Get-ChildItem -Recurse -File (Join-Path $root $_) } |
    Where-Object { $_.FullName -notmatch '[\\/](bin|obj)[\\/]' } | Sort-Object FullName
$text = ($files | ForEach-Object { (Get-FileHash -Algorithm SHA256 $_.FullName).Hash }) -join "`n"
$bytes = [Security.Cryptography.SHA256]::Create().ComputeHash([Text.Encoding]::UTF8.GetBytes($text))
$folder = 'program-' + (-join ($bytes[0..7] | ForEach-Object { $_.ToString('x2') }))
$program = Join-Path $state $folder
if (-not (Test-Path $program)) {
    foreach ($name in 'RAYQUEST_APP_PRIVATE_KEY', 'RAYQUEST_KUBECONFIG', 'GITHUB_TOKEN', 'GH_TOKEN') {
        if ($ci -and [Environment]::GetEnvironmentVariable($name)) {
            [Console]::Error.WriteLine("rayquest: nothing is built while $name is in the environment: build in a step without it (rayquest --version), then call again")
            exit 2
        }
    }
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
