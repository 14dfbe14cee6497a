# The last step of a bake: takes away who made it, and what makes a machine this machine; then turns it off.
$ErrorActionPreference = 'Stop'
Remove-NetFirewallRule -Name 'bake-winrm' -ErrorAction SilentlyContinue
Set-Item -Path WSMan:\localhost\Service\Auth\Basic -Value $false
Get-ChildItem Cert:\LocalMachine\My | Where-Object Subject -eq 'CN=bake' | Remove-Item
Remove-Item -Path (Get-PSReadLineOption).HistorySavePath -ErrorAction SilentlyContinue
Get-ChildItem -Path $env:TEMP, 'C:\Windows\Temp' -ErrorAction SilentlyContinue | Remove-Item -Recurse -Force -ErrorAction SilentlyContinue
wevtutil.exe enum-logs | ForEach-Object { wevtutil.exe clear-log $_ 2>$null }
# A new password and name at the first start. Source: EC2 User Guide for Windows, "Create an AMI using Windows Sysprep with EC2Launch v2".
& "$env:ProgramFiles\Amazon\EC2Launch\EC2Launch.exe" reset --block
& "$env:ProgramFiles\Amazon\EC2Launch\EC2Launch.exe" sysprep --shutdown=true
