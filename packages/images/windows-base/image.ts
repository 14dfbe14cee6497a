import { defineImage } from '@bitclouded/kit';

export default defineImage({
  name: 'windows-base',
  summary: 'A hardened Windows Server 2025 with the SSM agent and the CloudWatch agent',
  variety: 'machine',
  version: '2025',
  // AWS has no Windows for arm64.
  architectures: ['x86_64'],
  bases: ['amazon/Windows_Server-2025-English-Full-Base-*'],
  smokeTest: ['powershell', '-File', 'C:\\ProgramData\\BitClouded\\machine-test.ps1'],
});
