// Packages that ship only ES modules; Jest runs CommonJS, so they are transformed like our own code.
const esmOnly = [
  '@fastify/cookie',
  'cookie',
  'execa',
  'figures',
  'is-plain-obj',
  'is-stream',
  'is-unicode-supported',
  'npm-run-path',
  'parse-ms',
  'path-key',
  'pretty-ms',
  'strip-final-newline',
  'unicorn-magic',
  'yoctocolors',
  'get-stream',
  'human-signals',
  '@sec-ant/readable-stream',
  '@sindresorhus/merge-streams',
];

// Threads of tests load ONNX Runtime without our command line, which sets this.
process.env.ORT_DISABLE_TELEMETRY = '1';

export default {
  testEnvironment: './tests/support/jest-environment.js',
  testMatch: ['**/tests/**/*.test.ts'],
  transform: {
    '^.+\\.(ts|js)$': [
      '@swc/jest',
      { module: { type: 'commonjs' }, jsc: { target: 'es2023', parser: { syntax: 'typescript' } } },
    ],
  },
  transformIgnorePatterns: [`/node_modules/(?!(${esmOnly.join('|')})/)`, '<rootDir>/dist/'],
  // Its exports name no `require`; execa needs it.
  moduleNameMapper: { '^(unicorn-magic)$': '<rootDir>/node_modules/$1/node.js' },
  testTimeout: 60_000,
  maxWorkers: 2,
  reporters: ['default', './tests/support/jest-reporter.js'],
};
