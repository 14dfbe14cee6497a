# Says whether this machine keeps what its image promises: 0, or 1 and every promise that is broken.
$ErrorActionPreference = 'Continue'
$faults = 0
function Test-Promise([string] $What, [scriptblock] $Kept) {
  if (-not (& $Kept)) {
    Write-Output "FAIL $What"
    $script:faults++
  }
}
function Get-Value([string] $Path, [string] $Name) {
  (Get-ItemProperty -Path $Path -Name $Name -ErrorAction SilentlyContinue).$Name
}

$protocols = 'HKLM:\SYSTEM\CurrentControlSet\Control\SecurityProviders\SCHANNEL\Protocols'
Test-Promise 'Windows Server 2025' { (Get-CimInstance Win32_OperatingSystem).Caption -match 'Server 2025' }
Test-Promise 'the SSM agent starts' { (Get-Service AmazonSSMAgent).StartType -eq 'Automatic' }
Test-Promise 'the CloudWatch agent starts' { (Get-Service AmazonCloudWatchAgent).StartType -eq 'Automatic' }
foreach ($protocol in 'SSL 3.0', 'TLS 1.0', 'TLS 1.1') {
  Test-Promise "no $protocol" { (Get-Value "$protocols\$protocol\Server" 'Enabled') -eq 0 }
}
Test-Promise 'no SMB 1' { -not (Get-SmbServerConfiguration).EnableSMB1Protocol }
Test-Promise 'signed SMB' { (Get-SmbServerConfiguration).RequireSecuritySignature }
Test-Promise 'no LLMNR' { (Get-Value 'HKLM:\SOFTWARE\Policies\Microsoft\Windows NT\DNSClient' 'EnableMulticast') -eq 0 }
Test-Promise 'NTLMv2 alone' { (Get-Value 'HKLM:\SYSTEM\CurrentControlSet\Control\Lsa' 'LmCompatibilityLevel') -eq 5 }
Test-Promise 'no remote desktop' { (Get-Value 'HKLM:\SYSTEM\CurrentControlSet\Control\Terminal Server' 'fDenyTSConnections') -eq 1 }
Test-Promise 'a firewall in every network' { -not (Get-NetFirewallProfile | Where-Object Enabled -ne 'True') }
Test-Promise 'no guest' { -not (Get-LocalUser -Name Guest).Enabled }
Test-Promise 'upgrades by themselves' { (Get-Value 'HKLM:\SOFTWARE\Policies\Microsoft\Windows\WindowsUpdate\AU' 'AUOptions') -eq 4 }

if ($faults -eq 0) { Write-Output 'machine-test: all kept' }
exit [int]($faults -gt 0)
