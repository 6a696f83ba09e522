import { join } from 'node:path';
import { expect, it } from 'vitest';
import { createdEvent, delivery } from '../../adapters/bigbluebutton/simulator-hooks.ts';
import type { Served } from '../commands/client.ts';
import { freshDatabase } from '../store/helper.ts';
import { plantBigBlueButton } from './bigbluebutton.ts';
import { plantChat } from './chat.ts';
import { type Canary, findLeaks, neverSent, type Place, secretsOf } from './look.ts';
import { plantMeet } from './meet.ts';
import { invented, listenTo, type PlantedTarget } from './planting.ts';
import { Installation } from './product.ts';
import { readEverything } from './rest.ts';
import { plantSecured } from './secured.ts';
import { postgresRows, sqliteRows } from './stores.ts';
import { plantTalk } from './talk.ts';
import { Watch } from './watch.ts';

const minutes = 60_000;

it(
  'lets no secret, person, message or join address out, whatever the servers say',
  async () => {
    const now = Date.now();
    const planted = [
      await plantBigBlueButton(now),
      await plantTalk(now),
      await plantChat(now),
      await plantMeet(),
      await plantSecured(),
    ];
    const { sent, canaries } = listenTo(planted.filter(({ target }) => target.id !== 'secured'));
    sent.push(...planted.flatMap(({ stored }) => stored));
    canaries.push(...planted.flatMap((one) => one.canaries));
    const watch = new Watch();
    const places: Place[] = [];
    try {
      await work({ planted, sent, canaries, watch, places });
    } finally {
      watch.stop();
      await Promise.all(planted.map((one) => one.close()));
    }
    const own = canaries.filter(({ hashed }) => hashed !== true);
    expect(neverSent(own, sent)).toEqual([]);
    expect(findLeaks(canaries, [...places, ...watch.places])).toEqual([]);
  },
  5 * minutes,
);

interface Stage {
  planted: readonly PlantedTarget[];
  sent: string[];
  canaries: Canary[];
  watch: Watch;
  places: Place[];
}

/** Two installations, one on each kind of store: a scan that sees everything, and one in which sources fail. */
async function work({ planted, sent, canaries, watch, places }: Stage): Promise<void> {
  const database = await freshDatabase();
  const local = new Installation(planted, watch, ['read', 'feed', 'admin']);
  const shared = new Installation(planted, watch, ['operate'], database.url);
  watch.start();
  try {
    const services = await Promise.all([local.serve(), shared.serve()]);
    for (const phase of ['whole', 'failing'] as const) {
      if (phase === 'failing') await Promise.all(planted.map((one) => one.fail()));
      await Promise.all(services.map((served) => scanAll(served, planted, phase)));
      for (const [place, { url }] of services.entries()) {
        places.push(...(await deliver(url, planted, canaries, sent)));
        for (const reader of [local, shared][place]?.readers ?? [])
          places.push(...(await readEverything(url, reader)));
      }
      const said = await Promise.all([local.command(['check']), local.reports()]);
      places.push(...said.flat());
    }
    const scans = ['json', 'csv', 'ndjson', 'table'].map((format) =>
      local.command(['scan', '--format', format, '--verdicts', 'all']),
    );
    places.push(...(await Promise.all(scans)).flat(), ...(await local.command(['token', 'list'])));
    places.push(sqliteRows(join(local.directory, 'data', 'roomwarden.db')));
    places.push(await postgresRows(database.url));
  } finally {
    places.push(...(await local.end()), ...(await shared.end()));
    canaries.push(...local.canaries, ...shared.canaries);
    await database.drop();
  }
  for (const { content } of places.filter(({ name }) => name === 'log of serve'))
    expect(content.toString().split('\n').length).toBeGreaterThan(100);
}

/** Every target once; the service starts the first scans by itself. */
async function scanAll(
  served: Served,
  planted: readonly PlantedTarget[],
  phase: 'whole' | 'failing',
): Promise<void> {
  await served.idle();
  if (phase === 'failing') await Promise.all(planted.map(({ target }) => served.scan(target.id)));
  const targets = await served.targets();
  const states = Object.fromEntries(targets.map(({ id, last_scan }) => [id, last_scan?.state]));
  if (phase === 'whole') {
    // Whoever waits in a lobby is not shown who is in; the certificate of `secured` is refused.
    const expected = {
      bbb: 'complete',
      cloud: 'partial',
      chat: 'complete',
      meet: 'complete',
      secured: 'failed',
    };
    expect(states).toEqual(expected);
  } else expect(Object.values(states)).not.toContain('complete');
}

/** A webhook of a meeting that was created, signed as it has to be, and one that is not. */
async function deliver(
  url: string,
  planted: readonly PlantedTarget[],
  canaries: Canary[],
  sent: string[],
): Promise<Place[]> {
  const secret = planted[0]?.secrets['BBB_SECRET'] ?? '';
  const said = invented('welcome');
  const event = createdEvent({ id: 'pushed-meeting', name: 'Beirat' }, Date.now(), {
    password: { moderatorPass: said, viewerPass: said, learningDashboardAccessToken: said },
    welcomeProp: { welcomeMsg: said, modOnlyMessage: said },
    metadataProp: { metadata: { presenter: said } },
  });
  canaries.push(...secretsOf('webhook', [said]));
  sent.push(said);
  const places: Place[] = [];
  for (const key of [secret, said]) {
    const callback = { url: `${url}/hooks/bigbluebutton/bbb`, secret: key, at: Date.now() };
    const { url: address, body } = delivery(event, callback);
    const headers = { 'content-type': 'application/x-www-form-urlencoded' };
    const answer = await fetch(address, { method: 'POST', headers, body });
    expect(answer.status).toBe(key === secret ? 204 : 404);
    places.push({
      name: `answer to a webhook: ${answer.status}`,
      ids: 'forbidden',
      content: Buffer.from(JSON.stringify([...answer.headers]) + (await answer.text())),
    });
  }
  return places;
}
