import { describe, expect, it } from 'vitest';
import { leakProblems } from '../../contract/leaks.ts';
import { databasePassword } from './greenlight-database.ts';
import { canary, codes, room, scanTables, seventy, tables } from './tables.ts';
import { factsOf } from './world.ts';

describe('the list', () => {
  it('pages are whole, whatever their number', async () => {
    for (const many of [0, 1, 499, 500, 501, 1200]) {
      const { url } = await tables({ rooms: seventy(many) });
      const scan = await scanTables(url);
      expect([...scan.subjects.keys()].filter((key) => key.startsWith('room '))).toHaveLength(many);
      expect(scan.outcomes.get('GS')).toMatchObject({ state: 'complete', count: many });
    }
  });

  it('a page that fails leaves what was seen, and nothing is gone', async () => {
    const { url, run, role } = await tables({ rooms: seventy(3) });
    await run(`REVOKE SELECT ON rooms FROM ${role}`);
    await run(`REVOKE SELECT (id, user_id, name, friendly_id, meeting_id) ON rooms FROM ${role}`);
    const scan = await scanTables(url);
    expect(scan.outcomes.get('GS')).toMatchObject({
      state: 'failed',
      reason: { code: 'not_permitted', fill: { kind: 'sql', name: expect.stringContaining('ON rooms') } },
    });
    expect(scan.subjects.has('deployment -')).toBe(true);
  });

  it.each([
    [
      'role_permissions',
      'role_id, permission_id, value',
      {
        room_recording_allowed: '? not_permitted SELECT (role_id, permission_id, value) ON role_permissions',
        room_password_required: false,
      },
    ],
    [
      'active_storage_attachments',
      'record_id, record_type, name, created_at',
      {
        room_shared_documents_count:
          '? not_permitted SELECT (record_id, record_type, name, created_at) ON active_storage_attachments',
        room_recording_allowed: false,
      },
    ],
    [
      'rooms_configurations',
      'meeting_option_id, provider, value',
      {
        room_password_required:
          '? not_permitted SELECT (meeting_option_id, provider, value) ON rooms_configurations',
        room_link_guessable: false,
      },
    ],
  ])('without the right to %s its facts alone are missing', async (table, columns, facts) => {
    const { url, run, role } = await tables({ rooms: [room()] });
    await run(`REVOKE SELECT (${columns}) ON ${table} FROM ${role}`);
    const scan = await scanTables(url);
    expect(factsOf(scan, 'room m1')).toMatchObject(facts);
    expect(scan.outcomes.get('GS')).toMatchObject({ reason: { code: 'not_permitted' } });
  });

  it('an address that leads elsewhere fails the source, not the scan', async () => {
    const { adminUrl } = await tables({ rooms: [] });
    const scan = await scanTables(adminUrl.replace(/roomwarden_\w+$/, 'postgres'));
    expect(scan.outcomes.get('GS')).toMatchObject({ state: 'failed', reason: { code: 'invalid_answer' } });
    expect(scan.outcomes.get('A1')).toMatchObject({ state: 'complete' });
  });

  it('a code that is forced and missing is a contradiction', async () => {
    const { url } = await tables({
      site: { glViewerAccessCode: 'true' },
      rooms: [room(), room({ meetingId: 'm2', friendlyId: 'b', ...codes('abc123') })],
    });
    expect(factsOf(await scanTables(url), 'deployment -')['contradictions']).toMatchObject({
      items: ['code_forced_but_missing'],
    });
    const { url: other } = await tables({
      site: { glViewerAccessCode: 'true' },
      rooms: [room(codes('abc123'))],
    });
    expect(factsOf(await scanTables(other), 'deployment -')['contradictions']).toMatchObject({ items: [] });
  });
});

describe('rights', () => {
  const privileges = async (url: string) =>
    factsOf(await scanTables(url), 'deployment -')['auditor_account_excess_privileges'];
  it('the role of the README can read codes, with the view it cannot', async () => {
    expect(await privileges((await tables({ rooms: [room()] })).url)).toEqual({
      items: ['sql:access_codes'],
      complete: true,
    });
    const { url, run, role } = await tables({ rooms: [room(codes('abc123'))] }, { view: true });
    expect(await privileges(url)).toEqual({ items: [], complete: true });
    expect(factsOf(await scanTables(url), 'room m1')).toMatchObject({
      room_password_length: 6,
      room_password_entropy_bits: 31,
      room_waiting_room_enabled: false,
    });
    await run(
      `GRANT INSERT ON rooms TO ${role}; GRANT UPDATE (name) ON rooms TO ${role}; GRANT SELECT (email) ON users TO ${role}`,
    );
    expect(await privileges(url)).toEqual({
      items: ['sql:insert', 'sql:update', 'sql:users.email'],
      complete: true,
    });
  });

  it('an administrator of the database may everything', async () => {
    expect(await privileges((await tables({ rooms: [] })).adminUrl)).toMatchObject({
      items: expect.arrayContaining([
        'sql:superuser',
        'sql:delete',
        'sql:users.password_digest',
        'sql:tenants.client_secret',
      ]),
    });
  });

  it('nothing that the tables hold of people, codes or passwords comes out', async () => {
    const { url } = await tables({ rooms: [room(codes('kode77', 'qwert9'))] });
    const scan = await scanTables(url, { check: true });
    const secrets = [canary, 'kode77', 'qwert9', databasePassword, url];
    expect(leakProblems(scan, { secrets, persons: ['@example.org'], messages: [] } as never)).toEqual([]);
  });
});
