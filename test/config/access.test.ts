import { readFile } from 'node:fs/promises';
import { expect, it } from 'vitest';
import { faults, parse } from './helper.ts';

const full = await readFile(new URL('fixtures/full.yaml', import.meta.url), 'utf8');
const minimal = 'targets:\n  - { id: meet, vendor: jitsi, url: https://meet.example.org }\n';

it('reads who may enter, and how', () => {
  const { access, metrics } = parse(full);
  expect({ access, metrics }).toEqual({
    access: {
      header: 'x-api-key',
      public_url: 'https://roomwarden.example.org',
      sessions: { idle: 900, longest: 36_000 },
      oidc: {
        issuer: 'https://keycloak.example.org/realms/amt',
        client_id: 'roomwarden',
        client_secret: { file: '/etc/roomwarden/secrets/oidc' },
        scopes: ['openid', 'groups'],
        claim: ['realm_access', 'roles'],
        roles: [
          { group: 'it-service', scopes: ['read', 'operate'], targets: ['bbb-main'] },
          { group: 'leitung', scopes: ['admin'], targets: null },
        ],
        clock_tolerance: 30,
        ca: '/etc/ssl/amt-ca.pem',
        proxy: null,
        insecure_http: false,
      },
    },
    metrics: { open: true },
  });
});

it('is closed but for tokens where nothing is said', () => {
  const { access, metrics } = parse(minimal);
  expect({ access, metrics }).toEqual({
    access: { header: null, public_url: null, sessions: { idle: 1_800, longest: 36_000 }, oidc: null },
    metrics: { open: false },
  });
});

it('docs/access.md shows what is accepted', async () => {
  const page = await readFile(new URL('../../docs/access.md', import.meta.url), 'utf8');
  const blocks = [...page.matchAll(/```yaml\n([\s\S]*?)```/g)].map(([, text = '']) => text);
  const own = blocks.filter((text) => /^(listen|access):/m.test(text));
  expect(own.length).toBe(2);
  const target = 'targets:\n  - { id: bbb-main, vendor: jitsi, url: https://meet.example.org }\n';
  for (const text of own) expect(faults(`${text}${target}`)).toEqual([]);
});
