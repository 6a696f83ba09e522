import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  type BigBlueButtonSimulator,
  greenlightMetadata,
  startBigBlueButton,
} from '../../adapters/bigbluebutton/simulator.ts';
import { type JitsiSimulator, startJitsi, usualComponents } from '../../adapters/jitsi/simulator.ts';
import { smallWorld, startTalk, type TalkSimulator } from '../../adapters/nextcloud-talk/simulator.ts';
import type { NativeFinding, Report } from '../../src/findings/types.ts';
import { configure, folder, type Outcome, type RunOptions, run } from './helper.ts';

export const bbbSecret = 'Lm3-shared-secret-of-the-test-0123456789';
const day = 86_400_000;

/** Four targets on loopback with a configuration in a folder of its own. */
export interface World {
  directory: string;
  bbb: BigBlueButtonSimulator;
  talk: TalkSimulator;
  meet: JitsiSimulator;
  configuration: Configuration;
  /** Writes the configuration as it is now. */
  write(): string;
  options: RunOptions & { cwd: string };
  close(): Promise<void>;
}

interface Configuration {
  targets: Record<string, unknown>[];
  [key: string]: unknown;
}

export async function startWorld(): Promise<World> {
  const directory = folder();
  const now = Date.now();
  const bbb = await startBigBlueButton({
    secret: bbbSecret,
    version: '3.0.26',
    createdAt: now - 7_200_000,
    clock: () => now,
    meetings: [1, 2, 3].map((place) => ({
      id: `meeting-${place}`,
      name: `Projektrunde ${place}`,
      recording: place === 1,
      startTime: now - 3_600_000,
      metadata: greenlightMetadata(roomId(place), '127.0.0.1'),
    })),
    recordings: [1, 20].map((age) => ({
      id: `recording-${age}`,
      meetingId: 'meeting-1',
      name: 'Projektrunde 1',
      startTime: now - age * day - 3_600_000,
      endTime: now - age * day,
    })),
    hooks: [],
    greenlight: {
      rooms: [1, 2, 3].map((place) => ({
        friendlyId: roomId(place),
        name: `Projektrunde ${place}`,
        viewerCode: place !== 2,
        requiresLogin: place === 3,
      })),
    },
  });
  const talk = await startTalk(smallWorld(now));
  const meet = await startJitsi({
    kind: 'legacy',
    domain: 'meet.example.org',
    components: usualComponents,
    web: 8043,
    rooms: [
      { name: 'besprechung1', participants: 2 },
      { name: 'k7-xq2-vorlage-mw9-runde', password: true, lobby: true, participants: 3 },
    ],
  });
  writeFileSync(join(directory, 'talk'), `${talk.world.password}\n`, { mode: 0o600 });
  const hosting = { model: 'on_premises', country: 'DE', provider: null };
  const configuration: Configuration = {
    targets: [
      {
        id: 'bbb',
        vendor: 'bigbluebutton',
        url: bbb.url,
        secret: { env: 'BBB_SECRET' },
        greenlight: { url: bbb.greenlightUrl },
        hosting,
      },
      {
        id: 'cloud',
        vendor: 'nextcloud-talk',
        url: talk.server.origin,
        user: 'auditor',
        password: { file: 'talk' },
      },
      { id: 'meet', vendor: 'jitsi', ...meet.settings(), hosting },
      {
        id: 'zoom',
        vendor: 'declared',
        product: 'Zoom',
        hosting: { model: 'saas', country: 'US', provider: { name: 'Zoom Communications', country: 'US' } },
      },
    ],
  };
  return {
    directory,
    bbb,
    talk,
    meet,
    configuration,
    write: () => configure(directory, configuration),
    options: { cwd: directory, env: { BBB_SECRET: bbbSecret } },
    async close() {
      await Promise.all([bbb.close(), talk.server.close(), meet.close()]);
    },
  };
}

const roomId = (place: number): string => `abc-def-ghi-00${place}`;

/** A scan with its report as data. */
export async function scanReport(
  world: World,
  args: readonly string[] = [],
): Promise<Outcome & { report: Report }> {
  const done = await run(['scan', '--format', 'json', '--verdicts', 'all', ...args], world.options);
  return { ...done, report: JSON.parse(done.stdout) as Report };
}

export const ofTarget = (findings: readonly NativeFinding[], target: string): NativeFinding[] =>
  findings.filter((finding) => finding.target === target);
