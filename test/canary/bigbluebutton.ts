import { writeFileSync } from 'node:fs';
import { greenlightMetadata } from '../../adapters/bigbluebutton/simulator.ts';
import { everyRoom, everythingWorld, startEverything } from '../adapters/bigbluebutton/everything.ts';
import { mountedFiles } from '../contract/file-damages.ts';
import { idsOf, secretsOf } from './look.ts';
import { inFiles, invented, type PlantedTarget } from './planting.ts';

const meeting = 'q4z8m2room000000000000000000000000000bb';
const friendly = 'zqx-7wv-k3m-2pd';

/** BigBlueButton with Greenlight's tables and every file; people in the rooms, tokens in every address. */
export async function plantBigBlueButton(now: number): Promise<PlantedTarget> {
  const person = invented('Adelgunde Kreuzschnabel');
  const [user, mail, avatar] = [invented('gl-user'), `${invented('mail')}@example.org`, invented('avatar')];
  const [hook, callback, play] = [invented('hooktoken'), invented('callback'), invented('playback')];
  const code = invented('Kode');
  const world = everythingWorld();
  const room = {
    meetingId: meeting,
    friendlyId: friendly,
    name: 'Beirat',
    options: { glViewerAccessCode: code, glModeratorAccessCode: `${code}-mod` },
  };
  const everything = await startEverything(
    {
      ...world,
      clock: () => Date.now(),
      createdAt: now - 3_600_000,
      meetings: [
        ...(world.meetings ?? []),
        {
          id: meeting,
          name: 'Beirat',
          attendees: [{ userId: user, fullName: person, moderator: true }],
          metadata: {
            ...greenlightMetadata(friendly),
            'analytics-callback-url': `https://lms.example.net/a?key=${callback}`,
            presenter: mail,
            avatar,
          },
        },
      ],
      hooks: [...(world.hooks ?? []), { url: `https://audit.example.org/bbb?token=${hook}`, raw: true }],
      recordings: [
        ...(world.recordings ?? []),
        {
          id: 'rec-of-beirat',
          meetingId: meeting,
          name: 'Beirat',
          startTime: now - 9e8,
          endTime: now - 8e8,
          host: `play.example.org/${play}?token=${play}`,
        },
      ],
    },
    { ...everyRoom, rooms: [...everyRoom.rooms, room] },
  );
  const { tables } = everything;
  await tables.run(`UPDATE users SET email = $1, external_id = $2, session_token = $3 WHERE name <> ''`, [
    mail,
    user,
    hook,
  ]);
  await tables.run(`UPDATE recordings SET name = $1`, [person]);
  await tables.run(`UPDATE active_storage_blobs SET filename = $1, key = $2`, [person, play]);
  const error = invented('answer-of-a-broken-server');
  const stored = (everything.sentElsewhere ?? []).concat(
    mail,
    user,
    person,
    play,
    hook,
    code,
    `${code}-mod`,
    error,
  );
  return {
    target: {
      id: 'bbb',
      vendor: 'bigbluebutton',
      ...inFiles(everything.settings),
      probes: ['checksum'],
      live: { purpose: 'Probe' },
    },
    secrets: everything.secretValues ?? {},
    canaries: [
      ...secretsOf('bbb', everything.secrets),
      ...secretsOf('bbb: people', [...everything.persons, person, user, mail, avatar]),
      ...secretsOf('bbb: addresses', [hook, callback, play]),
      ...secretsOf('bbb: codes', [code, `${code}-mod`]),
      ...secretsOf('bbb: failures', [error]),
      ...idsOf('bbb', [meeting, friendly, ...everyRoom.rooms.map(({ friendlyId }) => friendlyId)]),
    ],
    stored: [...stored, ...Object.values(everything.secretValues ?? {})],
    servers: [everything.simulator],
    async fail() {
      const at = `https://elsewhere.example.org/${error}`;
      everything.simulator.faults = [
        { path: /getRecordings/, fault: { kind: 'status', status: 500, body: `<error>${error}</error>` } },
        { path: /hooks\/list/, fault: { kind: 'status', status: 302, headers: { location: at } } },
        { path: /env\.json/, fault: { kind: 'rewrite', rewrite: () => `{"data": ${error}` } },
        {
          path: /site_settings/,
          fault: { kind: 'status', status: 403, body: JSON.stringify({ errors: error }) },
        },
        {
          path: /getMeetings/,
          fault: { kind: 'rewrite', rewrite: (body) => body.replace('</meetings>', `<${error}`) },
        },
      ];
      await tables.run(`ALTER ROLE ${tables.role} PASSWORD '${error}'`);
      for (const { path } of mountedFiles(everything.settings)) writeFileSync(path, broken(error));
    },
    close: () => everything.close(),
  };
}

/** No format that anything reads; its parser would like to quote it. */
const broken = (canary: string): string => `{ "${canary}: [\n\t- ${canary} = <${canary}\n`;
