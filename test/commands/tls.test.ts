import { copyFileSync, readFileSync, writeFileSync } from 'node:fs';
import { request } from 'node:https';
import { join } from 'node:path';
import { connect, type PeerCertificate } from 'node:tls';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { readCertificate, stateOf } from '../../src/access/certificate.ts';
import { configure, folder, run, start, until } from './helper.ts';

const fixture = (name: string): string => fileURLToPath(new URL(`../fixtures/tls/${name}`, import.meta.url));
const pairOf = (name: string) => ({ cert: fixture(`${name}.crt`), key: fixture(`${name}.key`) });

/** A folder with a configuration that serves with TLS on every address. */
function place(name = 'server'): { directory: string; cert: string; key: string } {
  const directory = folder();
  const [cert, key] = [join(directory, 'tls.crt'), join(directory, 'tls.key')];
  install(name, { cert, key });
  configure(directory, {
    listen: { host: '0.0.0.0', port: 0 },
    tls: { cert: 'tls.crt', key: 'tls.key' },
    targets: [{ id: 'zoom', vendor: 'declared', product: 'Zoom' }],
  });
  return { directory, cert, key };
}

function install(name: string, { cert, key }: { cert: string; key: string }): void {
  copyFileSync(fixture(`${name}.crt`), cert);
  copyFileSync(fixture(`${name}.key`), key);
}

function shown(port: number): Promise<PeerCertificate> {
  return new Promise((resolve, reject) => {
    const socket = connect({ port, host: '127.0.0.1', rejectUnauthorized: false }, () => {
      resolve(socket.getPeerCertificate());
      socket.destroy();
    });
    socket.once('error', reject);
  });
}

describe('a service with TLS', () => {
  it('shows its certificate, refuses old TLS, takes a new certificate and keeps the old one where it is broken', async () => {
    const { directory, cert, key } = place();
    const command = start(['serve'], { cwd: directory });
    const [, url = ''] = await command.told(/^listening: (\S+)\n/);
    expect(url).toMatch(/^https:/);
    const port = Number(new URL(url).port);
    const ca = readFileSync(fixture('ca.crt'));
    const status = await new Promise((resolve, reject) => {
      request({ port, host: '127.0.0.1', path: '/healthz', ca }, (answer) => {
        expect(answer.headers['strict-transport-security']).toBe('max-age=31536000');
        resolve(answer.resume().statusCode);
      })
        .once('error', reject)
        .end();
    });
    expect(status).toBe(200);
    expect((await shown(port)).issuer.CN).toBe('Roomwarden test CA');

    const old = new Promise<string>((resolve) => {
      const socket = connect({
        port,
        host: '127.0.0.1',
        rejectUnauthorized: false,
        minVersion: 'TLSv1',
        maxVersion: 'TLSv1.1',
        ciphers: 'DEFAULT:@SECLEVEL=0',
      });
      socket.once('secureConnect', () => resolve(String(socket.getProtocol())));
      socket.once('error', (error: NodeJS.ErrnoException) => resolve(error.code ?? error.message));
    });
    expect(await old).toMatch(/PROTOCOL|ALERT/);

    writeFileSync(key, 'no key');
    command.child.kill('SIGHUP');
    await command.told(/the certificate in use stays/, 'stderr');
    expect((await shown(port)).issuer.CN).toBe('Roomwarden test CA');
    install('selfsigned', { cert, key });
    command.child.kill('SIGHUP');
    await command.told(/the new certificate is in use/, 'stderr');
    expect(
      (
        await until(
          () => shown(port),
          ({ issuer }) => issuer.CN === 'localhost',
        )
      ).issuer.CN,
    ).toBe('localhost');
    expect(await command.stop()).toBe(0);
  });

  it.each<[string, (files: { cert: string; key: string }) => void, RegExp]>([
    [
      'a key of another certificate',
      ({ key }) => copyFileSync(fixture('selfsigned.key'), key),
      /tls\.key: not the key/,
    ],
    ['no certificate', ({ cert }) => writeFileSync(cert, 'hello'), /tls\.crt: no certificate/],
    [
      'the key in place of the certificate',
      ({ cert, key }) => copyFileSync(key, cert),
      /tls\.crt: no certificate/,
    ],
    ['no key', ({ key }) => writeFileSync(key, ''), /tls\.key: no private key/],
  ])('does not start with %s', async (_, spoil, told) => {
    const { directory, cert, key } = place();
    spoil({ cert, key });
    const { code, stderr, stdout } = await run(['serve'], { cwd: directory });
    expect([code, stdout]).toEqual([3, '']);
    expect(stderr).toContain('RW1020');
    expect(stderr).toMatch(told);
    expect(stderr).not.toMatch(/PRIVATE|hello|BEGIN/);
  });
});

it('an open address without TLS and proxy is refused with what to do', async () => {
  const directory = folder();
  configure(directory, {
    listen: { host: '0.0.0.0', port: 0 },
    targets: [{ id: 'zoom', vendor: 'declared', product: 'Zoom' }],
  });
  const { code, stderr, stdout } = await run(['serve'], { cwd: directory });
  expect([code, stdout]).toEqual([3, '']);
  expect(stderr).toMatch(/listen\.host.*tls: \{ cert: FILE, key: FILE \}.*trusted_proxies/);
});

it.each([
  [0, 'valid'],
  [-29, 'soon'],
  [-31, 'valid'],
  [1, 'expired'],
])('%i days from its end a certificate is %s', async (days, state) => {
  const certificate = await readCertificate(pairOf('server'));
  const at = days === 0 ? certificate.notBefore + 1 : certificate.notAfter + days * 86_400_000;
  expect(stateOf(certificate, at)).toBe(state);
  expect(stateOf(certificate, certificate.notBefore - 1)).toBe('not_yet');
});
