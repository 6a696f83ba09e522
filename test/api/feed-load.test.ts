import { expect, it } from 'vitest';
import { measureFeed } from '../../bench/feed.ts';
import { freshDatabase } from '../store/helper.ts';

/** `node bench/feed.ts` does it with a million. */
const events = Number(process.env['ROOMWARDEN_FEED_EVENTS'] ?? 50_000);

it(`8 writers on PostgreSQL and a reader that polls all the while: ${events} events, none missed, none out of order`, {
  timeout: 600_000,
}, async () => {
  const { url, drop } = await freshDatabase();
  try {
    const result = await measureFeed({ url, events, writers: 8, largest: 120 });
    expect(result.faults).toEqual([]);
    expect(result.events).toBe(events);
    expect(result.findings).toBeGreaterThan(1_000);
    expect(result.polls).toBeGreaterThan(events / 1_000);
  } finally {
    await drop();
  }
});
