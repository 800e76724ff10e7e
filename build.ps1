# Bootstraps the build tool named in .config/dotnet-tools.json and runs build/build.cake.
# Usage: ./build.ps1 --target=Default
$ErrorActionPreference = 'Stop'
Set-Location $PSScriptRoot
if (-not (Get-Command dotnet -ErrorAction SilentlyContinue)) {
    [Console]::Error.WriteLine('build.ps1: the .NET SDK is not on PATH; install .NET 10, then run this again')
    exit 2
}
$env:DOTNET_CLI_TELEMETRY_OPTOUT = '1'
$env:DOTNET_NOLOGO = '1'
$env:CAKE_PATHS_TOOLS = Join-Path $PSScriptRoot '.rayquest/cake'
$stamp = '.rayquest/tools'
$wanted = Get-Content -Raw '.config/dotnet-tools.json'
if (-not (Test-Path $stamp) -or (Get-Content -Raw $stamp) -ne $wanted) {
    dotnet tool restore
    if ($LASTEXITCODE -ne 0) { exit 3 }
    New-Item -ItemType Directory -Force '.rayquest' | Out-Null
    Copy-Item '.config/dotnet-tools.json' $stamp -Force
}
dotnet cake build/build.cake --verbosity=Normal --settings_enablescriptcache=true @args
exit $LASTEXITCODE
