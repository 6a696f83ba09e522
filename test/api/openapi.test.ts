import { afterEach, expect, it } from 'vitest';
import { closeStages, embedded, stage } from './helper.ts';

afterEach(closeStages);

interface Operation {
  summary?: string;
  security?: unknown[];
  responses: Record<string, { description: string; content?: Record<string, { schema: object }> }>;
}

async function document() {
  const made = await stage(await embedded(), { scanned: false });
  const response = await made.get('/openapi.json', null);
  expect(response.statusCode).toBe(200);
  return response.json() as {
    openapi: string;
    info: { version: string };
    paths: Record<string, Record<string, Operation>>;
    components: { schemas: Record<string, object>; securitySchemes: object };
  };
}

it('names every call, with what it answers and how it fails', async () => {
  const { openapi, info, paths, components } = await document();
  expect([openapi, info.version]).toEqual(['3.1.0', '0.0.0-test']);
  expect(Object.keys(components.securitySchemes)).toEqual(['token', 'session']);
  const calls = Object.entries(paths).flatMap(([path, operations]) =>
    Object.entries(operations).map(([method, operation]) => ({ call: `${method} ${path}`, path, operation })),
  );
  expect(calls.map(({ call }) => call).sort()).toEqual([
    'delete /api/v1/attestations/{attestation}',
    'delete /api/v1/session',
    'delete /api/v1/tokens/{token}',
    'delete /api/v1/waivers/{waiver}',
    'get /api/v1/attestations',
    'get /api/v1/attestations/{attestation}',
    'get /api/v1/audit',
    'get /api/v1/changes',
    'get /api/v1/coverage',
    'get /api/v1/events',
    'get /api/v1/live',
    'get /api/v1/matrix',
    'get /api/v1/policies',
    'get /api/v1/policies/{policy}',
    'get /api/v1/receivers',
    'get /api/v1/receivers/{receiver}/dead-letters',
    'get /api/v1/reports',
    'get /api/v1/reports/{kind}',
    'get /api/v1/scans',
    'get /api/v1/scans/{scan}',
    'get /api/v1/session',
    'get /api/v1/session/oidc',
    'get /api/v1/session/oidc/callback',
    'get /api/v1/setup',
    'get /api/v1/summary',
    'get /api/v1/targets',
    'get /api/v1/targets/{target}',
    'get /api/v1/targets/{target}/rooms',
    'get /api/v1/targets/{target}/rooms/{room}',
    'get /api/v1/tokens',
    'get /api/v1/trends',
    'get /api/v1/violations',
    'get /api/v1/violations/groups',
    'get /api/v1/violations/{uid}',
    'get /api/v1/waivers',
    'get /api/v1/waivers/{waiver}',
    'get /healthz',
    'get /metrics',
    'get /readyz',
    'post /api/v1/attestations',
    'post /api/v1/policies/{policy}/preview',
    'post /api/v1/receivers/{receiver}/dead-letters/retry',
    'post /api/v1/session',
    'post /api/v1/setup/check',
    'post /api/v1/setup/targets',
    'post /api/v1/targets/{target}/scans',
    'post /api/v1/tokens',
    'post /api/v1/waivers',
    'post /api/v1/waivers/preview',
  ]);
  for (const { call, path, operation } of calls) {
    const { summary, security, responses } = operation;
    const isProtected = /^\/(api\/|metrics)/.test(path) && !unprotected.includes(call);
    expect([call, typeof summary]).toEqual([call, 'string']);
    expect([call, security]).toEqual([call, isProtected ? [{ token: [] }, { session: [] }] : undefined]);
    const good = Object.entries(responses).filter(([status]) => /^[23]/.test(status));
    expect([call, good.length]).toEqual([call, 1]);
    if (!pages.includes(call)) expect(JSON.stringify(good)).toContain('"$ref":"#/components/schemas/');
    if (!path.startsWith('/api/')) continue;
    for (const status of ['401', '403', '429', '500']) {
      expect(Object.keys(responses[status]?.content ?? {})).toEqual(['application/problem+json']);
    }
  }
});

/** Browsers come here from elsewhere; what they get is no JSON. */
const logins = ['get /api/v1/session/oidc', 'get /api/v1/session/oidc/callback'];
const pages = [...logins, 'get /metrics'];
/** Ways to sign in. */
const unprotected = ['post /api/v1/session', ...logins];

it('has a component for every reference, and a reference for every component of answers', async () => {
  const whole = await document();
  const text = JSON.stringify(whole);
  const wanted = new Set(
    [...text.matchAll(/"\$ref":"#\/components\/schemas\/([^"]+)"/g)].map((match) => match[1]),
  );
  const named = new Set(Object.keys(whole.components.schemas));
  expect([...wanted].filter((name) => !named.has(name ?? ''))).toEqual([]);
  expect(text).not.toContain('"$ref":"#/$defs');
  for (const name of [
    'Finding',
    'FlatFinding',
    'Evidence',
    'Event',
    'Target',
    'Scan',
    'Problem',
    'Coverage',
  ]) {
    expect(wanted).toContain(name);
  }
});

it('shows a page that asks nobody else and runs nothing inline', async () => {
  const made = await stage(await embedded(), { scanned: false });
  for (const url of [
    '/docs/',
    '/docs',
    '/docs/static/swagger-ui.css',
    '/docs/static/swagger-initializer.js',
  ]) {
    const page = await made.get(url, null);
    expect([url, page.statusCode]).toEqual([url, 200]);
    const policy = String(page.headers['content-security-policy']);
    expect(policy).toContain("default-src 'none'");
    expect(policy).not.toMatch(/https?:|unsafe|\*/);
  }
  const { body } = await made.get('/docs/', null);
  expect(
    [...body.matchAll(/(?:src|href)="([^"]+)"/g)]
      .map((match) => match[1])
      .filter((link) => /^(https?:)?\/\//.test(link ?? '')),
  ).toEqual([]);
  expect(body).not.toMatch(/<script>[^<]|<style>[^<]| style=| on\w+=/);
});
