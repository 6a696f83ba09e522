import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { stringify } from 'yaml';
import { startBigBlueButton } from '../../adapters/bigbluebutton/simulator.ts';
import { startTalk } from '../../adapters/nextcloud-talk/simulator.ts';
import { ministryWorld, schoolWorld } from './bigbluebutton.ts';
import { startMeet } from './jitsi.ts';
import { talkWorld } from './talk.ts';

export interface Estate {
  /** The configuration file that describes the simulators; secrets lie beside it. */
  configuration: string;
  close(): Promise<void>;
}

const ministrySecret = 'demo-secret-of-the-ministry-0123456789';
const schoolSecret = 'demo-secret-school';

/**
 * Simulated servers on loopback and a configuration for them in a temporary folder: what is shown has taken the same
 * way as with real servers.
 */
export async function startEstate(now: number): Promise<Estate> {
  const folder = mkdtempSync(join(tmpdir(), 'roomwarden-demo-'));
  const ministry = await startBigBlueButton(ministryWorld(ministrySecret, now, 72));
  const school = await startBigBlueButton(schoolWorld(schoolSecret, now, 24));
  const talk = await startTalk(talkWorld(now, 96));
  const meet = await startMeet();
  const secrets = { ministry: ministrySecret, school: schoolSecret, talk: talk.world.password };
  mkdirSync(join(folder, 'secrets'), { mode: 0o700 });
  for (const [name, value] of Object.entries(secrets)) {
    writeFileSync(join(folder, 'secrets', name), `${value}\n`, { mode: 0o600 });
  }
  const configuration = join(folder, 'roomwarden.yaml');
  const urls = {
    ministry: ministry.url,
    ministryRooms: ministry.greenlightUrl,
    school: school.url,
    schoolRooms: school.greenlightUrl,
    talk: talk.server.origin,
    meet: meet.settings().url,
  };
  writeFileSync(configuration, stringify(configurationOf(urls, meet.settings().rooms, now)), { mode: 0o600 });
  return {
    configuration,
    async close() {
      await Promise.all([ministry.close(), school.close(), talk.server.close(), meet.close()]);
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

type Urls = Record<'ministry' | 'ministryRooms' | 'school' | 'schoolRooms' | 'talk' | 'meet', string>;

function configurationOf(urls: Urls, rooms: readonly string[], now: number): object {
  const inAYear = new Date(now + 365 * 86_400_000).toISOString().slice(0, 10);
  const lastMonth = new Date(now - 30 * 86_400_000).toISOString().slice(0, 10);
  const onPremises = { model: 'on_premises', country: 'DE', provider: null };
  const attested = { attested_by: 'Datenschutz', attested_at: lastMonth, valid_until: inAYear };
  return {
    listen: { host: '127.0.0.1', port: 8480 },
    data: './data',
    tags: { external: ['*Sprechstunde*'] },
    targets: [
      {
        id: 'demo-bbb-ministerium',
        vendor: 'bigbluebutton',
        url: urls.ministry,
        secret: { file: 'secrets/ministry' },
        greenlight: { url: urls.ministryRooms },
        hosting: onPremises,
        owner: { name: 'Fachgebiet 12' },
        live: { purpose: 'Vorführung' },
        schedule: '*/30 * * * *',
      },
      {
        id: 'demo-bbb-schule',
        vendor: 'bigbluebutton',
        url: urls.school,
        secret: { file: 'secrets/school' },
        greenlight: { url: urls.schoolRooms },
        hosting: {
          model: 'hosted',
          country: 'DE',
          provider: { name: 'Kommunales Rechenzentrum', country: 'DE' },
        },
        owner: { name: 'Schulamt' },
        schedule: '*/30 * * * *',
      },
      {
        id: 'demo-meet',
        vendor: 'jitsi',
        url: urls.meet,
        rooms,
        hosting: onPremises,
        owner: null,
        schedule: '*/30 * * * *',
      },
      {
        id: 'demo-cloud',
        vendor: 'nextcloud-talk',
        url: urls.talk,
        user: 'auditor',
        password: { file: 'secrets/talk' },
        hosting: onPremises,
        schedule: '*/30 * * * *',
      },
      {
        id: 'demo-zoom',
        vendor: 'declared',
        product: 'Zoom',
        hosting: { model: 'saas', country: 'US', provider: { name: 'Zoom Communications', country: 'US' } },
        owner: { name: 'Referat 3' },
      },
    ],
    attestations: [
      {
        policy: 'processing-agreement-signed',
        target: 'demo-bbb-schule',
        value: true,
        toms_agreed: true,
        reference: 'AVV-2026-17',
        ...attested,
      },
      {
        policy: 'processing-record-kept',
        target: 'demo-bbb-ministerium',
        value: true,
        reference: 'VVT-12',
        ...attested,
      },
      {
        policy: 'third-country-guarantees',
        target: 'demo-zoom',
        value: true,
        guarantee: 'none',
        reference: 'PRÜF-3',
        ...attested,
      },
      {
        policy: 'staff-awareness-trained',
        target: 'demo-cloud',
        value: false,
        reference: 'SCHUL-1',
        ...attested,
      },
    ],
    waivers: [
      {
        policy: 'recording-off-as-rule',
        target: 'demo-bbb-ministerium',
        room: 'demo-000000',
        reason: 'Schulungsvideo',
        owner: 'Fachgebiet 12',
        ticket: 'IT-4711',
        until: inAYear,
      },
    ],
  };
}
