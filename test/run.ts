import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/**
 * Runs the suite and closes with the one line `N passed, N failed, N skipped`.
 * With CI=true a skipped test is a failure: there every part that a test needs is installed.
 */
const folder = mkdtempSync(join(tmpdir(), 'roomwarden-test-'));
const outputFile = join(folder, 'result.json');
const vitest = spawn(
  process.execPath,
  [
    'node_modules/vitest/vitest.mjs',
    'run',
    '--reporter=default',
    '--reporter=json',
    `--outputFile=${outputFile}`,
    ...process.argv.slice(2),
  ],
  { stdio: 'inherit' },
);
vitest.on('close', (code) => {
  process.exitCode = conclude(code ?? 1);
  rmSync(folder, { recursive: true, force: true });
});

function conclude(code: number): number {
  const result = JSON.parse(readFileSync(outputFile, 'utf8'));
  const skipped: number = result.numPendingTests + result.numTodoTests;
  const lines = [`${result.numPassedTests} passed, ${result.numFailedTests} failed, ${skipped} skipped`];
  if (skipped > 0) {
    for (const file of result.testResults) {
      for (const test of file.assertionResults) {
        if (test.status !== 'passed' && test.status !== 'failed') lines.unshift(`skipped: ${test.fullName}`);
      }
    }
  }
  process.stdout.write(`${lines.join('\n')}\n`);
  if (result.numPassedTests === 0 || result.numFailedTests > 0 || result.success !== true) return code || 1;
  if (process.env['CI'] === 'true' && skipped > 0) return 1;
  return code;
}
