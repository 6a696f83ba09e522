import { expect, it } from 'vitest';
import { keepingJob } from '../../src/commands/keeping.ts';
import { openStore } from '../../src/store/index.ts';
import { sample } from '../findings/rows.ts';
import { config, quiet } from '../scan/toy.ts';
import { freshDatabase } from '../store/helper.ts';

const year = 365 * 86_400_000;

it('an instance whose clock is years ahead deletes nothing that all instances have', async () => {
  const { url, drop } = await freshDatabase();
  const store = await openStore({ kind: 'postgres', url });
  try {
    const now = Date.now();
    await store.db
      .insertInto('audit_log')
      .values([
        { ...sample.audit_log, id: 'new', at: now },
        { ...sample.audit_log, id: 'old', at: now - 2 * year },
      ])
      .execute();
    const retention = { ...config().retention, audit_log: year / 1000 };
    const own = config({ retention, database: { url: { env: 'URL' } } as never });
    const job = keepingJob({ store, config: own as never, log: quiet as never });
    await job.run(now + 10 * year, new AbortController().signal);
    const left = await store.db.selectFrom('audit_log').select('id').execute();
    expect(left).toEqual([{ id: 'new' }]);
  } finally {
    await store.close();
    await drop();
  }
});
