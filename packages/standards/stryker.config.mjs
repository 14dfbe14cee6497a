/**
 * Mutation testing of the standards: Stryker changes one piece of a source at a time, and a test must fail.
 * Run from the root: `stryker run packages/standards/stryker.config.mjs --mutate 'packages/standards/rules/*.ts'`.
 */
export default {
  testRunner: 'jest',
  plugins: ['@stryker-mutator/jest-runner'],
  jest: {
    configFile: 'jest.config.cjs',
    // The rules are imported by a name that is computed, so nothing tells from a rule to its tests.
    enableFindRelatedTests: false,
    config: {
      testMatch: ['<rootDir>/packages/standards/**/*.test.ts'],
      testPathIgnorePatterns: ['/node_modules/', '/packages/standards/borrowed/'],
      testEnvironment: '@stryker-mutator/jest-runner/jest-env/node',
    },
  },
  ignorePatterns: [
    '**',
    '!jest.config.cjs',
    '!package.json',
    '!packages',
    '!packages/standards',
    '!packages/standards/**',
  ],
  mutate: [
    'packages/standards/**/*.ts',
    '!**/*.test.ts',
    '!packages/standards/testing/**',
    '!packages/standards/borrowed/**',
    '!packages/standards/catalogue/**',
  ],
  coverageAnalysis: 'perTest',
  ignoreStatic: true,
  concurrency: 2,
  // Slow because the machine is busy is not the same as never ending.
  timeoutMS: 30_000,
  tempDirName: 'tmp/stryker/sandbox',
  incremental: true,
  incrementalFile: 'tmp/stryker/incremental.json',
  reporters: ['clear-text', 'json'],
  jsonReporter: { fileName: 'tmp/stryker/report.json' },
  clearTextReporter: { reportTests: false, logTests: false, allowColor: false },
};
