import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { grantScript } from '../../../adapters/nextcloud-talk/database/grants.ts';
import { smallWorld } from '../../../adapters/nextcloud-talk/simulator.ts';
import { scanTime } from '../../contract/scan.ts';
import { talkSqlite } from './database.ts';
import { scanWorld } from './harness.ts';

describe('check', () => {
  it('names the grant that is missing', async () => {
    const { scan } = await scanWorld(smallWorld(scanTime), { check: true });
    const line = scan.checks.find(({ source }) => source === 'Q3');
    expect(line?.state).toBe('not_configured');
    expect(line?.remedy?.en).toContain(
      'CREATE VIEW roomwarden.oc_comments AS SELECT object_type, object_id, verb, creation_timestamp, expire_date FROM public.oc_comments',
    );
    expect(line?.remedy?.en).toContain('GRANT SELECT ON ALL TABLES IN SCHEMA roomwarden TO roomwarden;');
  });

  it('says how many rooms there are, and that a file shows too much', async () => {
    const world = smallWorld(scanTime);
    const tables = talkSqlite(world);
    const { scan } = await scanWorld(world, { check: true, database: tables.url });
    await tables.drop();
    const byId = new Map(scan.checks.map((line) => [line.source, line]));
    expect(byId.get('Q1')?.message.en).toContain(`${world.rooms.length} rooms, all there are`);
    expect(byId.get('QC')?.remedy?.en).toContain('views');
  });

  it.each(['postgres', 'mysql'] as const)('%s: the README has the grants as they are', (server) => {
    const readme = readFileSync(
      new URL('../../../adapters/nextcloud-talk/README.md', import.meta.url),
      'utf8',
    );
    expect(readme).toContain(`\`\`\`sql\n${grantScript(server, 'oc_').join('\n')}\n\`\`\``);
  });

  it.each(['postgres', 'mysql'] as const)('%s: no view shows more than is read', (server) => {
    const script = grantScript(server, 'oc_').join('\n');
    for (const secret of [
      'message,',
      'display_name',
      'actor_id',
      'session_id',
      'access_token',
      ' pin',
      'phone_number',
      'GRANT ALL',
    ])
      expect(script).not.toContain(secret);
  });
});
