import { createJitsi } from '../../../adapters/jitsi/index.ts';
import { startJitsi } from '../../../adapters/jitsi/simulator.ts';
import { allowedCalls } from '../../../adapters/jitsi/web.ts';
import { describeAdapter } from '../../contract/adapter.ts';

describeAdapter({
  name: 'jitsi',
  adapter: createJitsi({ queryTimeoutMs: 400 }),
  readOnly: allowedCalls,
  faultCases: {
    // A refusal there is the good answer: nobody can list the rooms.
    expect: (path, fault) =>
      path === '/room-census' && ['401', '403', '404', 'html'].includes(fault) ? 'unnoticed' : undefined,
  },
  async start() {
    const simulator = await startJitsi({
      kind: 'current',
      domain: 'meet.jitsi',
      web: 9268,
      rooms: [{ name: 'leitung', lobby: true }, { name: 'personalrat' }],
      services: [{ host: 'turn.example.net', type: 'turn' }],
      config: {
        recordingService: { enabled: false },
        liveStreaming: { enabled: false },
        localRecording: { disable: true },
        disableRemoteControl: true,
        speakerStats: { disabled: true },
        legalUrls: { privacy: 'https://meet.example.org/datenschutz' },
      },
    });
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
