import { bigbluebutton } from '../../../adapters/bigbluebutton/index.ts';
import {
  type BigBlueButtonWorld,
  type SimulatedMeeting,
  startBigBlueButton,
} from '../../../adapters/bigbluebutton/simulator.ts';
import { createdEvent, delivery, recordingEvent } from '../../../adapters/bigbluebutton/simulator-hooks.ts';
import type { Adapter, AdapterContext, Pushed } from '../../../adapters/contract/adapter.ts';
import type { Kept } from '../../../adapters/contract/note.ts';
import { divided } from '../../contract/divided.ts';
import { capturingLog, type Scan, scan, scanTime, targetOf } from '../../contract/scan.ts';
import { type Ask, secret, settingsOf } from './world.ts';

/** What the real receiver makes of one event. */
export async function receiveEvent(event: object, now = scanTime): Promise<Pushed[]> {
  const none = () => {
    throw new Error('not for pushes');
  };
  const context: AdapterContext = {
    http: none,
    sql: none,
    now: () => now,
    log: capturingLog([]),
    signal: new AbortController().signal,
    secret: async () => secret,
    tags: {},
    live: true,
  };
  const url = 'https://audit.example.org/hooks/bigbluebutton/t';
  const sent = delivery(event, { url, secret, at: now });
  const settings = {
    url: 'https://bbb.example.org/bigbluebutton',
    secret: { env: 'S' },
    live: { purpose: 'p' },
  };
  const request = {
    target: new URL(sent.url).pathname + new URL(sent.url).search,
    headers: { host: 'audit.example.org' },
    body: Buffer.from(sent.body),
  };
  return (await bigbluebutton.receive?.(targetOf(bigbluebutton as never, settings), request, context)) ?? [];
}

export interface Event {
  meeting: SimulatedMeeting;
  /** When the meeting began. */
  created: number;
  /** Over what a front end sends by default. */
  change?: Parameters<typeof createdEvent>[2];
  /** When the event came; default: with the creation. */
  at?: number;
  /** What was heard of the button since. */
  recording?: boolean;
}

export async function keptOf({
  meeting,
  created,
  change = {},
  at = created,
  recording,
}: Event): Promise<Kept> {
  const [item] = await receiveEvent(createdEvent(meeting, created, change), at);
  if (item === undefined || !('note' in item)) throw new Error('no note');
  if (recording === undefined) return { ...item.note, at, moment: null };
  const [heard] = await receiveEvent(recordingEvent(meeting.id, created, recording, at + 1), at + 1);
  if (heard === undefined || !('moment' in heard)) throw new Error('no moment');
  return { ...item.note, at, moment: heard.moment };
}

/** One scan that is given what these events told. */
export async function scanWithNotes(
  world: BigBlueButtonWorld,
  events: readonly Event[],
  ask: Ask = {},
): Promise<Scan & { dropped: string[] }> {
  const dropped: string[] = [];
  const kept = await Promise.all(events.map(keptOf));
  // As the store keeps it.
  const stored = kept.map(({ content, ...rest }) => ({
    ...rest,
    content: JSON.parse(JSON.stringify(content)),
  }));
  const notes = { list: async () => stored, drop: (session: string) => void dropped.push(session) };
  const adapter: Adapter = {
    ...(bigbluebutton as unknown as Adapter),
    collect: (target, context) => bigbluebutton.collect(target as never, { ...context, notes }),
  };
  const simulator = await startBigBlueButton(world);
  try {
    const found = await scan({
      adapter: ask.divided === undefined ? adapter : divided(adapter, ask.divided),
      settings: settingsOf(simulator, ask),
      secretValues: { BBB_SECRET: secret, GREENLIGHT_DATABASE_URL: ask.database ?? '' },
      live: ask.live ?? true,
    });
    return { ...found, dropped };
  } finally {
    await simulator.close();
  }
}
