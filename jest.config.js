/** Logic tests run on a real mongod: test/setup starts one throw-away replica set for the whole run. */
export default {
  testEnvironment: 'node',
  roots: ['<rootDir>/test'],
  testMatch: ['**/*.test.ts'],
  extensionsToTreatAsEsm: ['.ts'],
  transform: {
    '^.+\\.ts$': [
      '@swc/jest',
      { jsc: { parser: { syntax: 'typescript' }, target: 'es2022' }, module: { type: 'es6' } },
    ],
  },
  globalSetup: '<rootDir>/test/setup/mongod.js',
  globalTeardown: '<rootDir>/test/setup/mongod-stop.js',
  testTimeout: 30_000,
  reporters: ['default', '<rootDir>/test/setup/scenario-reporter.js'],
  maxWorkers: 2, // mongod and Chromium want the rest
};
