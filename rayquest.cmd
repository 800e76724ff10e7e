@powershell -NoProfile -ExecutionPolicy Bypass -File "%~dp0rayquest.ps1" %*
