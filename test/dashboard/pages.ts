import type { Demo } from './demo.ts';

/** A page of the demo by its name, its address, and what stands on it once its answers are there. */
export type DemoPage = readonly [name: string, path: string, sign: string];

/** What the demo answers to its own token. */
export async function ask<T>(demo: Demo, path: string): Promise<T> {
  const response = await fetch(demo.url + path, { headers: { authorization: `Bearer ${demo.token}` } });
  return (await response.json()) as T;
}

/** Every page, those of one thing with one that the demo has. */
export async function pagesOf(demo: Demo): Promise<readonly DemoPage[]> {
  const uid = await anyFinding(demo);
  const { rooms } = await ask<{ rooms: { ref: string; name: string }[] }>(
    demo,
    '/api/v1/targets/demo-cloud/rooms?limit=500',
  );
  // They come by references, which are others in every demo.
  const [room] = rooms.toSorted((one, other) => (one.name < other.name ? -1 : 1));
  const { scans } = await ask<{ scans: { id: string }[] }>(demo, '/api/v1/scans?target=demo-cloud');
  const { waivers } = await ask<{ waivers: { id: string }[] }>(demo, '/api/v1/waivers');
  return [
    ['overview', '/', '.matrix tbody .cell'],
    ['violations', '/violations', '.findings .subject'],
    ['what was not seen', '/violations?verdict=unknown&group=cause', '.findings .hatched'],
    ['finding', `/violations/${uid}`, '.evidence tbody tr'],
    ['rooms', '/rooms?target=demo-cloud', '.evidence tbody tr'],
    ['room', `/rooms/demo-cloud/${room?.ref}`, '.evidence tbody tr'],
    ['targets', '/targets', '.evidence tbody tr'],
    ['policies', '/policies', '.evidence tbody tr'],
    ['policy', '/policies/room-password-strong', 'pre'],
    ['coverage', '/coverage', '.coverage tbody tr'],
    ['groups by room', '/violations?group=room', '.findings .group bdi'],
    ['flat list', '/violations?group=none', '.findings .target'],
    ['filters', '/violations?filters=1&target=demo-chat', '[data-filters] .findings'],
    ['waivers', '/waivers?new', '.cards tbody tr'],
    ['waiver', `/waivers/${waivers[0]?.id}`, '.review'],
    ['attestations', '/attestations', '.cards tbody tr'],
    ['scans', '/scans', '.cards tbody tr'],
    ['scan', `/scans/${scans[0]?.id}`, '.cards tbody tr'],
    ['audit log', '/audit', '.cards tbody tr'],
    ['tokens', '/tokens', '.cards tbody tr'],
    ['no such page', '/nowhere', 'h1'],
    ['trends', '/trends?target=demo-cloud', '.daily tbody tr'],
    ['reports', '/reports?kind=evidence&clause=S2-06', '.reportways a'],
  ];
}

/** The address of the other one is answered with 404 by the service itself. */
export const isServed = ([name]: DemoPage): boolean => name !== 'no such page';

/** Of what a page shows. Without a session there is no page, and the live connection never ends. */
export const isAnswer = (url: string): boolean =>
  /\/api\/v1\//.test(url) && !/\/(session|live)$/.test(new URL(url).pathname);

/** Of a room whose findings a waiver may take. */
export async function anyFinding(demo: Demo): Promise<string> {
  const path = '/api/v1/violations?kind=room&target=demo-cloud&limit=1';
  const found = await ask<{ violations: { uid: string }[] }>(demo, path);
  return found.violations[0]?.uid ?? '';
}
