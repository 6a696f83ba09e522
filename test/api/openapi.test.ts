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
  expect(Object.keys(components.securitySchemes)).toEqual(['token']);
  expect(Object.keys(paths).sort()).toEqual([
    '/api/v1/attestations',
    '/api/v1/coverage',
    '/api/v1/events',
    '/api/v1/policies',
    '/api/v1/policies/{policy}',
    '/api/v1/scans/{scan}',
    '/api/v1/summary',
    '/api/v1/targets',
    '/api/v1/targets/{target}',
    '/api/v1/targets/{target}/rooms',
    '/api/v1/targets/{target}/rooms/{room}',
    '/api/v1/targets/{target}/scans',
    '/api/v1/violations',
    '/api/v1/violations/{uid}',
    '/api/v1/waivers',
    '/healthz',
    '/readyz',
  ]);
  for (const [path, operations] of Object.entries(paths)) {
    for (const [method, { summary, security, responses }] of Object.entries(operations)) {
      expect([path, method, typeof summary]).toEqual([
        path,
        path.endsWith('/scans') ? 'post' : 'get',
        'string',
      ]);
      expect([path, security]).toEqual([path, path.startsWith('/api/') ? [{ token: [] }] : undefined]);
      const good = Object.entries(responses).filter(([status]) => status.startsWith('2'));
      expect(good).toHaveLength(1);
      expect(JSON.stringify(good)).toContain('"$ref":"#/components/schemas/');
      if (!path.startsWith('/api/')) continue;
      for (const status of ['401', '403', '429', '500']) {
        expect(Object.keys(responses[status]?.content ?? {})).toEqual(['application/problem+json']);
      }
    }
  }
});

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
