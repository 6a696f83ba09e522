import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ReasonCode } from '../../../adapters/contract/fact.ts';
import type { FactName } from '../../../adapters/contract/vocabulary.ts';
import { allowedCalls, createJitsi } from '../../../adapters/jitsi/index.ts';
import { type JitsiWorld, startJitsi } from '../../../adapters/jitsi/simulator.ts';
import { describeAdapter, type Mutation } from '../../contract/adapter.ts';

const careful = {
  recordingService: { enabled: false },
  liveStreaming: { enabled: false },
  localRecording: { disable: true },
  disableRemoteControl: true,
  speakerStats: { disabled: true },
  legalUrls: { privacy: 'https://meet.example.org/datenschutz' },
  analytics: { matomoEndpoint: 'https://matomo.example.org/', matomoSiteID: 1, disabled: true },
};

const rooms = [
  { name: 'leitung', lobby: true },
  { name: 'personalrat', password: true },
  { name: 'Büro Süd', tenant: 'amt', lobby: true, password: true, participants: 4 },
];

const common = {
  domain: 'meet.jitsi',
  web: 9268,
  rooms,
  services: [{ host: 'turn.example.net', type: 'turn' }],
};

const worlds: Record<string, JitsiWorld> = {
  'jitsi, open deployment of today': {
    ...common,
    kind: 'current',
    config: careful,
    extraDomains: ['hidden'],
  },
  'jitsi, older server': { ...common, kind: 'legacy', publicCensus: true },
  'jitsi, accounts and guests': { ...common, kind: 'secure', components: ['lobbyrooms'], config: careful },
  'jitsi, tokens': { ...common, kind: 'jwt', config: careful },
};

/** Everything that an administrator may open, beside what strangers see. */
const backend = {
  token: 'simulated-room-info-token',
  account: { user: 'auditor', password: 'simulated-auditor-password', admin: true },
  jicofo: '1.0-1183',
  jvb: '2.3-295',
  others: ['a-breakout@breakout.meet.jitsi'],
};

const openRooms = [
  { name: 'leitung', lobby: true },
  { name: 'personalrat', password: true, secret: 'simulated-room-secret-1' },
  {
    name: 'Büro Süd',
    tenant: 'amt',
    lobby: true,
    password: true,
    secret: 'simulated-room-secret-2',
    participants: 4,
  },
];

const openWorlds: Record<string, JitsiWorld> = {
  'jitsi, everything opened': { ...common, kind: 'current', rooms: openRooms, config: careful, backend },
  'jitsi, accounts and everything opened': {
    ...common,
    kind: 'secure',
    guestDomain: null,
    rooms: openRooms,
    config: careful,
    backend,
  },
};

const filesOf = (kind: JitsiWorld['kind']): Record<string, string> => ({
  '.env': [
    `ENABLE_AUTH=${kind === 'secure' ? 1 : 0}`,
    'ENABLE_GUESTS=0',
    'ENABLE_RECORDING=0',
    'ENABLE_TRANSCRIPTIONS=0',
    'JVB_STUN_SERVERS=stun.example.net:3478',
    'JITSI_IMAGE_VERSION=stable-11031',
    'JWT_APP_SECRET=simulated-token-secret',
    'JVB_AUTH_PASSWORD=simulated-bridge-password',
  ].join('\n'),
  'jitsi-meet.cfg.lua': `VirtualHost "meet.jitsi"
    authentication = "${kind === 'secure' ? 'internal_hashed' : 'jitsi-anonymous'}"
    modules_enabled = { "bosh" }
Component "muc.meet.jitsi" "muc"
    storage = "memory"
    modules_enabled = { "muc_hide_all" }
`,
  'jicofo.conf': `jicofo { authentication { enabled = ${kind === 'secure'} } }\n`,
});

function mounted(folder: string, kind: JitsiWorld['kind']): object {
  for (const [name, text] of Object.entries(filesOf(kind))) writeFileSync(join(folder, name), text);
  const file = (name: string): object[] => [{ host: 'meet.jitsi', path: join(folder, name) }];
  return {
    env_file: file('.env'),
    prosody_config: file('jitsi-meet.cfg.lua'),
    jicofo_config: file('jicofo.conf'),
  };
}

/** Modules that are not there leave their key open; jicofo's own paths do not. */
function expectedFault(path: string, fault: string): readonly ReasonCode[] | undefined {
  if (path === '/room-info' && fault === '404') return ['not_running'];
  if (['/room-info', '/room-census'].includes(path) && (fault === 'html' || fault === '404'))
    return ['not_configured'];
  return undefined;
}

/** What nobody could notice in the settings of a room that only this account reads. */
function unnoticeable(_path: string, { kind, path }: Mutation): string | null {
  if (kind === 'spoil' && /field\[\d+\]>value>#text$/.test(path)) return 'a password may be any text';
  if (kind === 'drop' && path.endsWith('iq>services>service'))
    return 'a server may name any number of STUN servers';
  return null;
}

const sumsOfFiles: readonly FactName[] = [
  'external_endpoints',
  'external_endpoints_third_country',
  'component_versions',
  'service_password_min_length',
  'api_secret_length',
];

function anyText(path: string, kind: string): string | null {
  if (kind !== 'value garbled') return null;
  if (/^\.env:[34]$/.test(path)) return 'the images take any text for yes';
  if (/^\.env:[5-8]$/.test(path)) return 'a host, a release or a secret may be any text';
  return path === 'jitsi-meet.cfg.lua:5' ? 'a storage may have any name' : null;
}

for (const [name, world] of Object.entries(openWorlds)) {
  describeAdapter({
    name,
    adapter: createJitsi({ queryTimeoutMs: 400 }),
    readOnly: allowedCalls,
    tags: { external: ['*'] },
    faultCases: { expect: expectedFault },
    mutate: { exempt: unnoticeable },
    files: { exempt: anyText, sums: sumsOfFiles, total: 100 },
    async start() {
      const simulator = await startJitsi(world);
      const folder = mkdtempSync(join(tmpdir(), 'roomwarden-jitsi-'));
      return {
        simulator,
        others: simulator.backends,
        settings: {
          ...simulator.openSettings(),
          rooms: ['leitung', 'amt/Büro Süd'],
          ...mounted(folder, world.kind),
        },
        secretValues: simulator.secretValues,
        secrets: [
          'simulated-turn-secret',
          'simulated-room-secret-1',
          'simulated-room-secret-2',
          'simulated-token-secret',
          'simulated-bridge-password',
          ...Object.values(simulator.secretValues),
        ],
        persons: ['Simulated Person'],
        messages: [],
        sentElsewhere: ['simulated-turn-secret'],
        async close() {
          await simulator.close();
          rmSync(folder, { recursive: true, force: true });
        },
      };
    },
  });
}

for (const [name, world] of Object.entries(worlds)) {
  describeAdapter({
    name,
    adapter: createJitsi({ queryTimeoutMs: 400 }),
    readOnly: allowedCalls,
    tags: { external: ['*'] },
    async start() {
      const simulator = await startJitsi(world);
      return {
        simulator,
        settings: simulator.settings(),
        secrets: ['simulated-turn-secret'],
        persons: [],
        messages: [],
        sentElsewhere: ['simulated-turn-secret'],
        close: () => simulator.close(),
      };
    },
  });
}
