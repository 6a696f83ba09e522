import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startJitsi } from '../../adapters/jitsi/simulator.ts';
import { idsOf, secretsOf } from './look.ts';
import { inFiles, invented, type PlantedTarget } from './planting.ts';

/** Jitsi Meet with everything that an administrator may open, and its files. */
export async function plantMeet(): Promise<PlantedTarget> {
  const names = [invented('leitung'), invented('personalrat')];
  const [first = '', second = ''] = names;
  const codes = [invented('Raumkode'), invented('Raumkode')];
  const [token, password] = [invented('roominfo'), invented('pruefkonto')];
  const [jwt, bridge, recorder, ldap] = [
    invented('jwt'),
    invented('bridge'),
    invented('jibri'),
    invented('ldap'),
  ];
  const analytics = invented('analytics-key');
  const error = invented('prosody-says-no');
  const simulator = await startJitsi({
    kind: 'secure',
    guestDomain: null,
    domain: 'meet.jitsi',
    web: 9268,
    rooms: [
      { name: first, password: true, secret: codes[0] ?? '', participants: 3, recorders: 1 },
      { name: second, lobby: true, secret: codes[1] ?? '', participants: 2 },
    ],
    services: [{ host: 'turn.example.net', type: 'turn' }],
    config: {
      analytics: { amplitudeAPPKey: analytics, matomoEndpoint: `https://matomo.example.org/?k=${analytics}` },
      dialInNumbersUrl: `https://dial.example.org/?key=${analytics}`,
    },
    backend: {
      token,
      account: { user: 'auditor', password, admin: true },
      jicofo: '1.0-1183',
      jvb: '2.3-295',
    },
  });
  const folder = mkdtempSync(join(tmpdir(), 'roomwarden-canary-'));
  const files: Record<string, string> = {
    '.env': `ENABLE_AUTH=1\nJWT_APP_SECRET=${jwt}\nJVB_AUTH_PASSWORD=${bridge}\nJIBRI_XMPP_PASSWORD=${recorder}\nLDAP_BINDPW=${ldap}\nJITSI_IMAGE_VERSION=stable-11031\n`,
    'jitsi-meet.cfg.lua': `VirtualHost "meet.jitsi"
    authentication = "token"
    app_secret = "${jwt}"
    modules_enabled = { "bosh" }
Component "muc.meet.jitsi" "muc"
    storage = "memory"
`,
    'jicofo.conf': `jicofo { authentication { enabled = true }\n  xmpp { client { password = "${bridge}" } } }\n`,
  };
  for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text);
  const file = (name: string): object[] => [{ host: 'meet.jitsi', path: join(folder, name) }];
  return {
    target: {
      id: 'meet',
      vendor: 'jitsi',
      ...inFiles(simulator.openSettings()),
      env_file: file('.env'),
      prosody_config: file('jitsi-meet.cfg.lua'),
      jicofo_config: file('jicofo.conf'),
      live: { purpose: 'Probe' },
    },
    secrets: simulator.secretValues,
    canaries: [
      ...secretsOf('meet', [token, password, ...codes, 'simulated-turn-secret', analytics]),
      ...secretsOf('meet: files', [jwt, bridge, recorder, ldap]),
      ...secretsOf('meet: people', [
        'Simulated Person',
        '2bf936ef-4729-45a1-afef-725d54c994d',
        '3725dcde-f9f6-4048',
      ]),
      ...secretsOf('meet: failures', [error]),
      ...idsOf('meet', names),
    ],
    // Frames of the WebSocket are not among the answers.
    stored: [...Object.values(files), ...codes, password, token, 'simulated-turn-secret', error],
    servers: [simulator, ...simulator.backends],
    async fail() {
      const [prosody, jicofo, bridgeServer] = simulator.backends;
      simulator.faults = [
        { path: /config\.js$/, fault: { kind: 'rewrite', rewrite: () => `var config = { a: "${error}\n` } },
      ];
      if (prosody !== undefined) {
        prosody.faults = [
          {
            path: /./,
            fault: { kind: 'status', status: 301, headers: { location: `https://${error}.example.org/` } },
          },
        ];
      }
      if (jicofo !== undefined)
        jicofo.faults = [{ path: /./, fault: { kind: 'rewrite', rewrite: () => `{"${error}": [` } }];
      if (bridgeServer !== undefined)
        bridgeServer.faults = [{ path: /./, fault: { kind: 'status', status: 500, body: error } }];
      simulator.world = {
        ...simulator.world,
        backend: {
          ...(simulator.world.backend as NonNullable<typeof simulator.world.backend>),
          token: error,
        },
      };
      writeFileSync(join(folder, '.env'), `ENABLE_AUTH="${error}\n\${${error}`);
      writeFileSync(join(folder, 'jitsi-meet.cfg.lua'), `VirtualHost "${error}\n app_secret = ${error} {`);
      writeFileSync(join(folder, 'jicofo.conf'), `jicofo { include "${error}\n password = "${error}`);
    },
    async close() {
      await simulator.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
