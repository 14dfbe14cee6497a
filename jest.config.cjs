/** Unit tests of every package; end-to-end tests have a configuration of their own in tools/e2e. */
module.exports = {
  rootDir: __dirname,
  testMatch: ['<rootDir>/**/*.test.ts'],
  testPathIgnorePatterns: ['/node_modules/', '<rootDir>/(?:.*/)?(?:dist|tmp|.nx)/'],
  modulePathIgnorePatterns: ['<rootDir>/(?:.*/)?(?:dist|tmp|.nx)/'],
  transform: {
    '\\.[jt]s$': [
      '@swc/jest',
      { jsc: { target: 'es2024', parser: { syntax: 'typescript' } }, module: { type: 'commonjs' } },
    ],
  },
  // Packages that are published as ES modules alone.
  transformIgnorePatterns: ['/node_modules/(?!(?:p-limit|yocto-queue)/)'],
  testEnvironment: 'node',
};
