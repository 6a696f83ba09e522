import { FeedWriter } from '../src/findings/feed.ts';
import { type FindingsTable, openStore } from '../src/store/index.ts';
import { sample } from '../test/findings/rows.ts';

/** One process that tells of its own findings, in transactions of every size, some of which fail at the end. */
export interface Writing {
  url: string;
  writer: number;
  events: number;
  findings: number;
  largest: number;
}

/** The first event of a finding carries it as the time of its change; each further one carries a millisecond more. */
const firstChange = Date.UTC(2026, 0, 1);

const { url, writer, events, findings, largest } = JSON.parse(process.argv[2] ?? '') as Writing;
const store = await openStore({ kind: 'postgres', url });
const told = new Array<number>(findings).fill(0);
for (let done = 0; done < events; ) {
  const size = Math.min(events - done, 1 + Math.floor(Math.random() * largest));
  if (await tell(size, Math.random() < 0.03)) done += size;
}
await store.close();

async function tell(size: number, fails: boolean): Promise<boolean> {
  const next = [...told];
  try {
    await store.transaction(async (tx) => {
      const feed = new FeedWriter(tx, null);
      for (let index = 0; index < size; index += 1) {
        const place = Math.floor(Math.random() * findings);
        await feed.finding('changed', rowOf(place, next[place] ?? 0), 'facts', Date.now());
        next[place] = (next[place] ?? 0) + 1;
      }
      await feed.flush();
      if (fails) throw new Error('rolled back');
    });
  } catch (error) {
    if ((error as Error).message === 'rolled back') return false;
    throw error;
  }
  told.splice(0, findings, ...next);
  return true;
}

function rowOf(place: number, change: number): FindingsTable {
  const id = `room-${writer}-${place}`;
  return {
    ...sample.findings,
    uid: `${writer}-${place}`,
    target: 'main',
    subject_id: id,
    subject_ref: id,
    subject_name: `Room ${place}`,
    changed_at: firstChange + change,
  };
}
