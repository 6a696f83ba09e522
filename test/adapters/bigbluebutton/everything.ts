import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import {
  attendeePassword,
  type BigBlueButtonWorld,
  moderatorPassword,
  startBigBlueButton,
} from '../../../adapters/bigbluebutton/simulator.ts';
import type { SimulatedDatabase } from '../../../adapters/bigbluebutton/simulator-database.ts';
import type { Started } from '../../contract/types.ts';
import { databasePassword, type GreenlightTables, greenlightDatabase } from './greenlight-database.ts';
import { mixedWorld, secret, settingsOf } from './world.ts';

export const storedCanary = 'stored-person-canary';
export const fileSecrets = ['file-canary-salt-8f2c', 'file-canary-redis-77', 'file-canary-hook-token'];
const [salt = '', redis = '', token = ''] = fileSecrets;

/** Rooms of two tenants with everything that a room can store; the first two run. */
export const everyRoom: SimulatedDatabase = {
  canary: storedCanary,
  site: {
    record: 'optional',
    muteOnStart: 'true',
    guestPolicy: 'optional',
    glAnyoneJoinAsModerator: 'false',
    glRequireAuthentication: 'optional',
    glViewerAccessCode: 'true',
  },
  storage: ['local'],
  rooms: [
    {
      meetingId: 'k3v9x0room0000000000000000000000000000aa',
      friendlyId: 'q7w-3rk-z9p-m2d',
      name: 'Amt 7 Lagebesprechung',
      role: 'recorder',
      options: { record: 'true', glViewerAccessCode: 'kd82mf', guestPolicy: 'ASK_MODERATOR' },
      presentations: 2,
      recordings: [{ id: 'r1', visibility: 'Public' }],
    },
    {
      meetingId: '007',
      friendlyId: 'aaa-bbb-ccc-ddd',
      name: '1e5',
      options: { glRequireAuthentication: 'true', glViewerAccessCode: 'aaaaaa' },
      recordings: [{ id: 'r2', visibility: 'Unpublished' }],
    },
    {
      meetingId: 'quiet0000000000000000000000000000000001',
      friendlyId: 'eee-fff-ggg-hhh',
      name: 'Stille Runde',
      role: 'recorder',
      sharedWith: ['user', 'recorder'],
      options: { glViewerAccessCode: 'Xk29dmaQ7', glModeratorAccessCode: 'Pw82ndlqZ' },
      presentations: 1,
    },
    {
      meetingId: 'quiet0000000000000000000000000000000002',
      friendlyId: 'iii-jjj-kkk-lll',
      name: 'VS-NfD Ablage',
      role: 'user',
      options: { record: 'false', glViewerAccessCode: '', guestPolicy: 'ASK_MODERATOR' },
    },
    {
      meetingId: 'quiet0000000000000000000000000000000003',
      friendlyId: 'mmm-nnn-ooo-ppp',
      name: 'Ohne Rolle',
      role: null,
      options: { muteOnStart: 'false', record: null },
    },
  ],
};

const files: Record<string, Record<string, string>> = {
  properties: {
    'bigbluebutton.properties': `# as packaged
bigbluebutton.web.serverURL=https://bbb.example.org
securitySalt=${salt}
muteOnStart=true
allowModsToUnmuteUsers=false
autoStartRecording=false
allowStartStopRecording=true
learningDashboardCleanupDelayInMinutes=2
presentationConversionCacheEnabled=false
supportedChecksumAlgorithms=sha1,sha256,sha384,sha512
`,
    'bbb-web.properties': `securitySalt=${salt}
disabledFeatures=learningDashboard,externalVideos
disableRecordingDefault=false
notifyRecordingIsOn=true
userInactivityInspectTimerInMinutes=0
defaultGuestPolicy=ALWAYS_ACCEPT
defaultDialAccessNumber=613-555-1234
defaultNumDigitsForTelVoice=7
supportedChecksumAlgorithms=sha256,sha512
`,
  },
  html5_settings: {
    'bbb-html5.yml': `public:
  app:
    dynamicGuestPolicy: true
    audioCaptions:
      enabled: false
  kurento:
    enableScreensharing: true
    autoShareWebcam: false
  externalVideoPlayer:
    enabled: false
  clientLog:
    external:
      enabled: false
private:
  redis:
    password: ${redis}
`,
  },
  cron: {
    'bbb-recording-cleanup': `#!/bin/bash
MAXAGE=14
history=5
unrecorded_days=14
published_days=14
`,
  },
  turn: {
    'turn-stun-servers.xml': `<?xml version="1.0" encoding="UTF-8"?>
<beans xmlns="http://www.springframework.org/schema/beans">
  <bean id="stun0" class="org.bigbluebutton.web.services.turn.StunServer">
    <constructor-arg index="0" value="stun:127.0.0.1"/>
  </bean>
  <bean id="turn0" class="org.bigbluebutton.web.services.turn.TurnServer">
    <constructor-arg index="0" value="${salt}"/>
    <constructor-arg index="1" value="turns:127.0.0.1:443?transport=tcp"/>
  </bean>
</beans>
`,
  },
  webhooks: {
    'production.yml': `hooks:
  permanentURLs:
    - url: https://127.0.0.1/hook?token=${token}
bbb:
  sharedSecret: ${salt}
`,
  },
};

/** Every way shows the same rooms: what the database does not tell, the front end does not tell otherwise. */
export function everythingWorld(): BigBlueButtonWorld {
  return {
    ...mixedWorld(),
    greenlight: {
      options: { ...everyRoom.site },
      rooms: [
        {
          friendlyId: 'q7w-3rk-z9p-m2d',
          name: 'Amt 7 Lagebesprechung',
          viewerCode: true,
          recordingConsent: true,
          ownerName: 'Henrike Sommerfeld',
        },
        { friendlyId: 'aaa-bbb-ccc-ddd', name: '1e5', viewerCode: true, requiresLogin: true },
      ],
    },
  };
}

export interface Everything extends Started {
  world: BigBlueButtonWorld;
  tables: GreenlightTables;
}

/** One installation of which everything is given: API, Greenlight with its tables, every file. */
export async function startEverything(
  world: BigBlueButtonWorld = everythingWorld(),
  stored: SimulatedDatabase = everyRoom,
): Promise<Everything> {
  const running = await startBigBlueButton(world);
  const tables = await greenlightDatabase(stored);
  const folder = mkdtempSync(join(tmpdir(), 'roomwarden-bbb-'));
  return {
    world: running.world,
    tables,
    simulator: running.simulator,
    settings: {
      ...settingsOf(running, { database: tables.url }),
      ...mountedIn(folder),
      own_hosts: ['127.0.0.1'],
    },
    secretValues: { BBB_SECRET: secret, GREENLIGHT_DATABASE_URL: tables.url },
    secrets: [
      secret,
      attendeePassword,
      moderatorPassword,
      databasePassword,
      'hook-token-value',
      ...fileSecrets,
      'kd82mf',
      'Xk29dmaQ7',
      'Pw82ndlqZ',
    ],
    persons: ['Henrike Sommerfeld', 'Ottokar Winterstein', '+49 30 5550 1777'],
    messages: [],
    sentElsewhere: [JSON.stringify(stored), JSON.stringify(files)],
    async close() {
      await running.close();
      await tables.drop();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

function mountedIn(folder: string): object {
  return Object.fromEntries(
    Object.entries(files).map(([key, texts]) => [
      key,
      Object.entries(texts).map(([name, text]) => {
        const path = join(folder, key, name);
        mkdirSync(dirname(path), { recursive: true });
        writeFileSync(path, text);
        return { host: '127.0.0.1', path };
      }),
    ]),
  );
}
