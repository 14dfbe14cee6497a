import { defineConfig } from '@bitclouded/documents';

/**
 * Who hosts the releases. A fork adds its own host here and changes nothing else.
 * `local` is a folder: it needs no account. Its account number and registry stand for
 * no real ones, so its functions and images can be looked at and not deployed.
 */
export default defineConfig({
  hosts: {
    local: {
      kind: 'folder',
      folder: 'dist/host',
      address: 'http://127.0.0.1:4874',
      prefix: 'bitclouded',
      account: '000000000000',
      homeRegion: 'us-east-1',
      regions: ['us-east-1'],
      registry: 'localhost/bitclouded',
    },
  },
});
