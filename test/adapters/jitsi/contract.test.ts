import { allowedCalls, createJitsi } from '../../../adapters/jitsi/index.ts';
import { type JitsiWorld, startJitsi } from '../../../adapters/jitsi/simulator.ts';
import { describeAdapter } from '../../contract/adapter.ts';

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
