/** End-to-end tests: `*.e2e.ts` anywhere in the repository, one after the other, with real servers. */
const unitTests = require('../../jest.config.cjs');

module.exports = {
  ...unitTests,
  testMatch: ['<rootDir>/**/*.e2e.ts'],
  // Anchored: the repository itself may stand in a folder of such a name.
  testPathIgnorePatterns: ['/node_modules/', '<rootDir>/(.+/)?dist/', '<rootDir>/tmp/', '<rootDir>/.nx/'],
  modulePathIgnorePatterns: ['<rootDir>/(.+/)?dist/', '<rootDir>/tmp/', '<rootDir>/.nx/'],
  testTimeout: 300_000,
  // Servers and builds share two cores and the folder dist.
  maxWorkers: 1,
};
