# Makes a machine of Amazon's Windows Server 2025, which has the SSM agent. A second run changes nothing.
$ErrorActionPreference = 'Stop'
$ProgressPreference = 'SilentlyContinue'

# The CloudWatch agent: nothing of the package runs before its signature is Amazon's.
$version = '1.300072.0b1766'
$agent = 'C:\Program Files\Amazon\AmazonCloudWatchAgent\amazon-cloudwatch-agent.exe'
if (-not (Test-Path $agent)) {
  $package = Join-Path $env:TEMP 'amazon-cloudwatch-agent.msi'
  $address = "https://amazoncloudwatch-agent.s3.amazonaws.com/windows/amd64/$version/amazon-cloudwatch-agent.msi"
  Invoke-WebRequest -UseBasicParsing -Uri $address -OutFile $package
  $signature = Get-AuthenticodeSignature -FilePath $package
  if ($signature.Status -ne 'Valid' -or $signature.SignerCertificate.Subject -notmatch 'O=.?Amazon(\.com Services LLC|\.com,? Inc\.|\s+Web Services)') {
    throw "$address is signed by $($signature.SignerCertificate.Subject): $($signature.Status)"
  }
  $setup = Start-Process -FilePath msiexec.exe -ArgumentList '/i', $package, '/qn', '/norestart' -Wait -PassThru
  if ($setup.ExitCode -notin 0, 3010) { throw "msiexec ended with $($setup.ExitCode)" }
  Remove-Item -Path $package
}
Set-Service -Name AmazonSSMAgent -StartupType Automatic
Set-Service -Name AmazonCloudWatchAgent -StartupType Automatic

function Set-Value([string] $Path, [string] $Name, [int] $Value) {
  if (-not (Test-Path $Path)) { New-Item -Path $Path -Force | Out-Null }
  Set-ItemProperty -Path $Path -Name $Name -Value $Value -Type DWord
}

# TLS 1.2 and newer alone. Source: Microsoft Learn, "Transport Layer Security (TLS) registry settings".
$protocols = 'HKLM:\SYSTEM\CurrentControlSet\Control\SecurityProviders\SCHANNEL\Protocols'
foreach ($protocol in 'SSL 3.0', 'TLS 1.0', 'TLS 1.1') {
  foreach ($side in 'Client', 'Server') {
    Set-Value "$protocols\$protocol\$side" 'Enabled' 0
    Set-Value "$protocols\$protocol\$side" 'DisabledByDefault' 1
  }
}
# Source: CIS Microsoft Windows Server 2025 Benchmark, sections 2.3, 18.4, 18.6 and 18.10.
Set-SmbServerConfiguration -EnableSMB1Protocol $false -RequireSecuritySignature $true -Force
Set-Value 'HKLM:\SOFTWARE\Policies\Microsoft\Windows NT\DNSClient' 'EnableMulticast' 0
Set-Value 'HKLM:\SYSTEM\CurrentControlSet\Control\Lsa' 'LmCompatibilityLevel' 5
Set-Value 'HKLM:\SYSTEM\CurrentControlSet\Control\Lsa' 'RestrictAnonymous' 1
Set-Value 'HKLM:\SYSTEM\CurrentControlSet\Control\Lsa' 'RunAsPPL' 1
Set-Value 'HKLM:\SYSTEM\CurrentControlSet\Control\SecurityProviders\WDigest' 'UseLogonCredential' 0
Set-Value 'HKLM:\SYSTEM\CurrentControlSet\Control\Terminal Server' 'fDenyTSConnections' 1
Set-Value 'HKLM:\SOFTWARE\Policies\Microsoft\Windows\PowerShell\ScriptBlockLogging' 'EnableScriptBlockLogging' 1
Set-NetFirewallProfile -Profile Domain, Private, Public -Enabled True -DefaultInboundAction Block
Disable-LocalUser -Name Guest
foreach ($category in 'Logon', 'User Account Management', 'Security Group Management', 'Process Creation') {
  auditpol.exe /set /subcategory:"$category" /success:enable /failure:enable | Out-Null
}

# Security fixes come by themselves; no reboot while somebody works.
$updates = 'HKLM:\SOFTWARE\Policies\Microsoft\Windows\WindowsUpdate\AU'
Set-Value $updates 'NoAutoUpdate' 0
Set-Value $updates 'AUOptions' 4
Set-Value $updates 'NoAutoRebootWithLoggedOnUsers' 1
