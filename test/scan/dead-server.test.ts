import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import type { SourceOutcome } from '../../adapters/contract/subject.ts';
import { adapters } from '../../adapters/registry.ts';
import { outcomeOf } from '../../src/scan/state.ts';
import { scan } from '../contract/scan.ts';

/** The least that a target of each vendor has, at one address. */
const targets: Record<string, (origin: string) => Record<string, unknown>> = {
  bigbluebutton: (origin) => ({
    url: `${origin}/bigbluebutton`,
    secret: { env: 'S' },
    greenlight: { url: origin },
    probes: ['checksum'],
  }),
  jitsi: (origin) => ({
    url: origin,
    rooms: ['a'],
    prosody_http: `${origin}/prosody`,
    jicofo: `${origin}/j`,
  }),
  'nextcloud-talk': (origin) => ({ url: origin, user: 'u', password: { env: 'S' } }),
  rocketchat: (origin) => ({ url: origin, user_id: { env: 'S' }, token: { env: 'S' } }),
};

const servers: Server[] = [];
afterEach(() => {
  for (const server of servers.splice(0)) {
    server.closeAllConnections();
    server.close();
  }
});

async function origin(status: number | null): Promise<string> {
  const server = createServer(
    (_request, response) => void response.writeHead(status ?? 500).end('<html></html>'),
  );
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  if (status === null) await new Promise((resolve) => server.close(resolve));
  else servers.push(server);
  return `http://127.0.0.1:${port}`;
}

describe('a server that gives nothing', () => {
  it('every vendor that asks one is here', () => {
    expect([...adapters.keys()].filter((vendor) => vendor !== 'declared')).toEqual(Object.keys(targets));
  });

  it.each(
    Object.keys(targets).flatMap((vendor) => [
      [vendor, 'nobody listens', null],
      [vendor, 'a proxy says 502', 502],
    ]),
  )('%s, %s: failed, and nothing of it counts as complete', async (vendor, _name, status) => {
    const adapter = adapters.get(String(vendor));
    const settings = targets[String(vendor)]?.(await origin(status as number | null)) ?? {};
    if (adapter === undefined) throw new Error('no adapter');
    const found = await scan({ adapter, settings, secretValues: { S: 'some-secret-0123456789' } });
    expect(found.errors).toEqual([]);
    const sources: SourceOutcome[] = [...found.outcomes.values()];
    const asked = sources.filter(({ local }) => local !== true);
    expect(asked.filter(({ state }) => state === 'complete' || state === 'partial')).toEqual([]);
    expect(outcomeOf('t', { sources }).state).toBe('failed');
  });
});
