import {
  type JitsiSimulator,
  type JitsiWorld,
  startJitsi,
  usualComponents,
} from '../../adapters/jitsi/simulator.ts';
import { roomName } from './names.ts';

/** An older server that lets strangers in and describes its rooms to anybody, as many still run. */
function meetWorld(count: number): JitsiWorld {
  return {
    kind: 'legacy',
    domain: 'meet.example.org',
    components: usualComponents,
    web: 8043,
    rooms: Array.from({ length: count }, (_, place) => ({
      name: place % 3 === 0 ? `besprechung${place + 1}` : roomName(1_000 + place).replaceAll(' ', '-'),
      password: place % 4 === 0,
      lobby: place % 5 === 1,
      participants: 2 + (place % 6),
    })),
    config: {
      legalUrls: { privacy: 'https://www.example.org/datenschutz' },
    },
  };
}

export function startMeet(): Promise<JitsiSimulator> {
  return startJitsi(meetWorld(30));
}
