import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/**
 * Starts a service without targets, asks it once and ends it: what it compiled is kept for the next start. For an image,
 * whose files cannot be written to later.
 */
async function warm(): Promise<void> {
  const place = mkdtempSync(join(tmpdir(), 'roomwarden-warm-'));
  try {
    const args = ['serve', '--setup', '--config', join(place, 'roomwarden.yaml'), '--port', '0'];
    const child = spawn(process.execPath, [join(import.meta.dirname, '../main.ts'), ...args], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const ended = once(child, 'exit');
    let told = '';
    for await (const chunk of child.stdout) {
      told += String(chunk);
      const [, url, token] = /^listening: (\S+)\ntoken: (\S+)$/m.exec(told) ?? [];
      if (url === undefined) continue;
      const answer = await fetch(`${url}/api/v1/violations`, {
        headers: { authorization: `Bearer ${token}` },
      });
      await answer.arrayBuffer();
      child.kill('SIGTERM');
    }
    const [code] = await ended;
    process.exitCode = code ?? 1;
  } finally {
    rmSync(place, { recursive: true, force: true });
  }
}

if (import.meta.main) await warm();
