import { afterEach, expect, it, vi } from 'vitest';
import { createToken } from '../../src/access/tokens.ts';
import type { Store, StoreLocation } from '../../src/store/index.ts';
import { type Command, configure, folder, start, until } from '../commands/helper.ts';
import type { World } from '../commands/world.ts';
import { secrets } from '../push/helper.ts';
import { inOrder } from '../push/receivers.ts';
import { eachStore, type Opened } from '../store/helper.ts';
import { change, startEstate, targets } from './estate.ts';
import { ledgerOf, sequenceOf } from './ledger.ts';
import { Moments } from './moments.ts';
import { evenly, randomOf } from './random.ts';
import { type Receivers, startReceivers } from './receivers.ts';

/** By hand: ROOMWARDEN_FAULT_ROUNDS=100 npx vitest run test/faults/kill.test.ts (100 a store) */
const rounds = Number(process.env['ROOMWARDEN_FAULT_ROUNDS'] ?? 6);
const seed = Number(process.env['ROOMWARDEN_TEST_SEED'] ?? Date.now() % 1_000_000);
vi.setConfig({ testTimeout: 120_000 + 40_000 * rounds });

const closers: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close();
});

interface Instance {
  store: Store;
  location: StoreLocation;
  token: string;
  serve(): Promise<Command>;
}

type Open = (location?: StoreLocation) => Promise<Opened>;

/** One installation over the estate, in a folder of its own. */
async function instance(
  open: Open,
  dialect: Store['dialect'],
  world: World,
  push: readonly object[],
): Promise<Instance> {
  const directory = folder();
  const file = `${directory}/data/roomwarden.db`;
  const { store, location } = await open(dialect === 'sqlite' ? { kind: 'sqlite', file } : undefined);
  configure(directory, {
    ...world.configuration,
    ...(dialect === 'sqlite' ? {} : { database: { url: { env: 'DATABASE_URL' } } }),
    targets: world.configuration.targets.map((target) =>
      target['id'] === 'cloud' ? { ...target, password: { env: 'TALK_PASSWORD' } } : target,
    ),
    push,
  });
  const url = location.kind === 'postgres' ? { DATABASE_URL: location.url } : {};
  const env = {
    ...secrets,
    ...world.options.env,
    ...url,
    TALK_PASSWORD: world.talk.world.password,
    INSTANCE_KEY: 'k'.repeat(40),
  };
  const { value: token } = await createToken(store.db, { name: 't', scopes: ['operate'] }, Date.now());
  return {
    store,
    location,
    token,
    async serve() {
      const command = start(['serve', '--port', '0'], { cwd: directory, env });
      await command.told(/^listening: /);
      return command;
    },
  };
}

const ended = ({ stderr }: Command): Set<string> =>
  new Set(
    stderr
      .split('\n')
      .filter((line) => /"msg":"scan (finished|incomplete|could not)/.test(line))
      .map((line) => /"scan":"([^"]+)"/.exec(line)?.[1] ?? ''),
  );

/** Asks for one scan of each target and waits for the end of just these, as the log tells it: others may end meanwhile. */
async function scanAll(command: Command, token: string, times = 1): Promise<void> {
  const url = /^listening: (\S+)/.exec(command.stdout)?.[1];
  for (let turn = 0; turn < times; turn += 1) {
    const scans = await Promise.all(
      targets.map(async (target) => {
        const headers = { authorization: `Bearer ${token}` };
        const response = await fetch(`${url}/api/v1/targets/${target}/scans`, { method: 'POST', headers });
        expect(response.status).toBe(202);
        return ((await response.json()) as { scan: string }).scan;
      }),
    );
    await until(
      async () => scans.filter((scan) => !ended(command).has(scan)),
      (ahead) => ahead.length === 0,
    );
  }
}

async function delivered({ store }: Instance): Promise<void> {
  const { head } = await store.feed();
  await until(
    async () => {
      const rows = await store.db.selectFrom('receivers').select('position').execute();
      return rows.map(({ position }) => position);
    },
    (positions) => positions.length > 0 && positions.every((position) => position >= head),
  );
}

interface Life {
  /** Moments until the last scan was recorded, and from there to the last acknowledgement. */
  scanning: number;
  sending: number;
  struck: string | null;
}

type Phase = 'scanning' | 'sending';

/** From the request for the scans to the last acknowledgement; killed in one of the phases, or when all is done. */
async function live(
  one: Instance,
  command: Command,
  moments: Moments,
  { phase, at }: { phase: Phase; at: number },
): Promise<Life> {
  const hit = Promise.withResolvers<string>();
  command.child.stderr?.on('data', () => moments.pass('a line is logged'));
  const life: Life = { scanning: 0, sending: 0, struck: null };
  const enter = (now: Phase): void =>
    moments.arm(now === phase ? at : Number.POSITIVE_INFINITY, (what) => {
      command.child.kill('SIGKILL');
      hit.resolve(`${now}: ${what}`);
    });
  enter('scanning');
  const whole = (async () => {
    await scanAll(command, one.token);
    life.scanning = moments.seen;
    if (moments.armed) enter('sending');
    await delivered(one);
    return null;
  })();
  whole.catch(() => {});
  life.struck = await Promise.race([hit.promise, whole]);
  moments.disarm();
  life.sending = life.scanning === 0 ? 0 : moments.seen;
  return life;
}

/** Every other one while scanning, the others while sending; in each phase evenly. */
function momentOf(
  round: number,
  fraction: number,
  { scanning, sending }: Life,
): { phase: Phase; at: number } {
  const phase = round % 2 === 0 ? 'scanning' : 'sending';
  return { phase, at: Math.floor(fraction * (phase === 'scanning' ? scanning : sending)) };
}

async function expectDelivered({ store }: Instance, receivers: Receivers): Promise<void> {
  const { all, sent } = await sequenceOf(store);
  expect(all).toEqual(all.map((_, index) => index + 1));
  for (const [name, stream] of Object.entries(receivers.streams())) {
    const got = new Set(stream.map(({ seq }) => seq));
    expect([name, sent.filter((seq) => !got.has(seq))]).toEqual([name, []]);
    expect([name, inOrder(stream)]).toEqual([name, true]);
  }
  for (const [name, { faults }] of Object.entries(receivers.http)) expect([name, faults]).toEqual([name, []]);
  expect(await store.db.selectFrom('dead_letters').selectAll().execute()).toEqual([]);
}

eachStore((open, dialect) => {
  it(`kill -9 at ${rounds} moments of scanning and sending (seed ${seed}): the ledger of an undisturbed run`, async () => {
    const random = randomOf(seed);
    const moments = new Moments();
    const world = await startEstate();
    closers.push(() => world.close());
    const receivers = await startReceivers(random);
    closers.push(() => receivers.close());
    const calm = await instance(open, dialect, world, []);
    const beaten = await instance(open, dialect, world, receivers.configuration);
    moments.ofSimulator('BigBlueButton', world.bbb.simulator);
    moments.ofSimulator('Talk', world.talk.server);
    moments.ofSimulator('Jitsi', world.meet);
    for (const [name, receiver] of Object.entries(receivers.http)) moments.ofReceiver(name, receiver);
    closers.push(moments.ofStore(beaten.location));

    const undisturbed = await calm.serve();
    await scanAll(undisturbed, calm.token);
    let command = await beaten.serve();
    await scanAll(command, beaten.token);
    await delivered(beaten);
    expect(await ledgerOf(beaten.store)).toEqual(await ledgerOf(calm.store));

    change(world, random, 0);
    await scanAll(undisturbed, calm.token);
    let life = await live(beaten, command, moments, {
      phase: 'sending',
      at: Number.POSITIVE_INFINITY,
    });
    const where: Record<string, number> = {};
    for (const [round, fraction] of evenly(random, rounds).entries()) {
      const scans = change(world, random, round);
      await scanAll(undisturbed, calm.token, scans);
      const lived = await live(beaten, command, moments, momentOf(round, fraction, life));
      const struck = lived.struck ?? 'all is done';
      where[struck] = (where[struck] ?? 0) + 1;
      // Rounds differ in what there is to do: the next one aims by the last that is known whole.
      if (lived.scanning > 0) life = { ...life, scanning: lived.scanning };
      if (lived.struck === null) life = { ...life, sending: Math.max(1, lived.sending) };
      await command.stop('SIGKILL');
      command = await beaten.serve();
      await scanAll(command, beaten.token, scans);
      const [is, should] = [await ledgerOf(beaten.store), await ledgerOf(calm.store)];
      expect(is, `seed ${seed}, round ${round}, killed when ${struck}`).toEqual(should);
    }
    process.stdout.write(`${dialect}, seed ${seed}: killed when ${JSON.stringify(where)}\n`);
    await delivered(beaten);
    await command.stop();
    await undisturbed.stop();
    await expectDelivered(beaten, receivers);
    expect((await sequenceOf(beaten.store)).sent.length).toBeGreaterThan(rounds);
  });
});
