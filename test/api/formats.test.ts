import { afterEach, describe, expect, it } from 'vitest';
import type { NativeFinding } from '../../src/findings/types.ts';
import { hasSchema, ocsfCheck, sarifCheck, schemaFiles } from '../export/schemas.ts';
import { eachStore } from '../store/helper.ts';
import { closeStages, embedded, hostile, type Stage, stage, walk } from './helper.ts';

afterEach(closeStages);
const violations = '/api/v1/violations';
const ndjson = { accept: 'application/x-ndjson' };
const linesOf = (body: string) =>
  body
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line));
// biome-ignore lint/suspicious/noExplicitAny: the shape is what is tested
type Any = any;

async function feed(made: Stage, format: string): Promise<Any[]> {
  return walk<Any>(made, `/api/v1/events?limit=3&format=${format}`, 'events', await made.token(['feed']));
}

eachStore((open) => {
  it.each([
    ['ocsf', (event: Any) => event.metadata.uid, (event: Any) => event.finding_info.uid],
    ['ecs', (event: Any) => event.event.id, (event: Any) => event.roomwarden.finding.uid],
  ])('%s: a violation is its last event, word for word as in the feed', async (format, id, uid) => {
    const made = await stage((await open()).store);
    const [room] = made.worlds.other.rooms;
    if (room !== undefined) room.password = true;
    await made.scan('other');
    const events = await feed(made, format);
    const page = (await made.get(`${violations}?format=${format}&verdict=all&status=all`)).json();
    const native = (await made.get(`${violations}?verdict=all&status=all`)).json().violations;
    expect(page.violations.map(uid)).toEqual(native.map((finding: NativeFinding) => finding.uid));
    for (const shown of page.violations) {
      const own = events.filter(
        (event) => event.roomwarden?.counts === undefined && uid(event) === uid(shown),
      );
      expect(shown).toEqual(own.at(-1));
    }
    expect(new Set(events.map(id)).size).toBe(events.length);
    const lines = linesOf(
      (await made.get(`${violations}?format=${format}&verdict=all&status=all`, undefined, ndjson)).body,
    );
    expect(lines).toEqual(page.violations);
  });

  it('what the first survey found has no event of its own, and is told all the same', async () => {
    const made = await stage((await open()).store, { config: { feed: { initial: 'summary' } } });
    const { violations: found } = (await made.get(`${violations}?format=ocsf`)).json();
    expect(found).toHaveLength(6);
    for (const event of found) {
      expect(event).toMatchObject({ activity_id: 1, compliance: { status_id: 3 } });
      expect(event.metadata).not.toHaveProperty('sequence');
    }
    const again = (await made.get(`${violations}?format=ocsf`)).json().violations;
    expect(again).toEqual(found);
  });
});

describe('against their schemas', () => {
  it.skipIf(!hasSchema('ocsf'))(`the feed and the violations in ${schemaFiles.ocsf}`, async () => {
    const check = ocsfCheck();
    for (const initial of ['summary', 'full'] as const) {
      const made = await stage(await embedded(), { config: { feed: { initial } } });
      const all = (await made.get(`${violations}?format=ocsf&verdict=all`)).json().violations;
      for (const event of [...(await feed(made, 'ocsf')), ...all]) expect(check(event)).toEqual([]);
    }
  });

  it('SARIF, whole or one page of it', async () => {
    const check = sarifCheck();
    const rooms = Array.from({ length: 1_200 }, (_, index) => ({ id: `room-${index}`, password: false }));
    const made = await stage(await embedded(), { main: { rooms } });
    const whole = await made.get(`${violations}?format=sarif`);
    expect(check(whole.json())).toEqual([]);
    expect(whole.json().runs[0].results).toHaveLength(1_203);
    const page = await made.get(`${violations}?limit=5`, undefined, { accept: 'application/sarif+json' });
    expect(page.json().runs[0].results).toHaveLength(5);
    expect(page.headers['link']).toMatch(/rel="next"/);
    const none = await made.get(`${violations}?format=sarif&status=closed`);
    expect([check(none.json()), none.json().runs[0].results]).toEqual([[], []]);
  });
});

describe('ids of rooms', () => {
  const ids = Object.values(hostile).flatMap((id) => [id, JSON.stringify(id).slice(1, -1)]);

  it.each(['ocsf', 'ecs'])('stay out of %s, also for those who operate', async (format) => {
    const made = await stage(await embedded());
    const operator = await made.token(['operate']);
    const { body } = await made.get(`${violations}?format=${format}&verdict=all`, operator);
    const told = JSON.stringify(await feed(made, format));
    for (const id of ids.filter((each) => each.length > 5)) {
      expect(body).not.toContain(id);
      expect(told).not.toContain(id);
    }
  });

  it('stand in SARIF only for those who operate', async () => {
    const made = await stage(await embedded());
    const whole = `${violations}?format=sarif&verdict=all`;
    expect((await made.get(whole)).body).not.toContain(hostile.talk);
    expect((await made.get(whole, await made.token(['operate']))).body).toContain(hostile.talk);
  });

  it('stand everywhere where the configuration makes them plain', async () => {
    const privacy = { room_names: 'plain', room_ids: 'plain' } as const;
    const made = await stage(await embedded(), { config: { privacy } });
    for (const format of ['ocsf', 'ecs', 'sarif']) {
      expect((await made.get(`${violations}?format=${format}&verdict=all`)).body).toContain(hostile.talk);
    }
  });
});
