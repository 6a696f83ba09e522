import { readFileSync } from 'node:fs';
import { startSimulatorServer } from '../../adapters/contract/simulator.ts';
import { secretsOf } from './look.ts';
import { invented, type PlantedTarget } from './planting.ts';

const tls = (name: string): string =>
  readFileSync(new URL(`../fixtures/tls/${name}`, import.meta.url), 'utf8');

/** A server whose certificate nobody vouches for: nothing may be sent to it, and its error may quote nothing. */
export async function plantSecured(): Promise<PlantedTarget> {
  const options = { tls: { key: tls('selfsigned.key'), cert: tls('selfsigned.crt') } };
  const simulator = await startSimulatorServer(() => ({ status: 200, body: '' }), options);
  const secret = invented('Zwx-shared-secret-behind-tls');
  return {
    target: {
      id: 'secured',
      vendor: 'bigbluebutton',
      url: `${simulator.origin}/bigbluebutton`,
      secret: { file: 'secrets/SECURED' },
    },
    secrets: { SECURED: secret },
    canaries: secretsOf('secured', [secret]),
    stored: [secret],
    servers: [simulator],
    fail: async () => {},
    close: () => simulator.close(),
  };
}
