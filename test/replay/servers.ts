import { type SimulatorServer, startSimulatorServer } from '../../adapters/contract/simulator.ts';
import { paths } from '../../adapters/nextcloud-talk/client.ts';
import { sample } from './replay.ts';

/** One BigBlueButton with its Greenlight; `files` by call. */
export function replayBigBlueButton(
  recordedAt: number,
  files: Readonly<Record<string, string>>,
): Promise<SimulatorServer> {
  const own = (name: string): string => sample(`bigbluebutton/${name}`);
  const data = (name: string): Record<string, unknown> => JSON.parse(own(name)).data;
  const settings = data('greenlight-site-settings.json');
  const options = data('greenlight-rooms-configurations.json');
  const json = (value: unknown) => ({ status: 200, body: JSON.stringify({ data: value }) });
  return startSimulatorServer(({ path, query }) => {
    const option = /rooms_configurations\/(\w+)\.json$/.exec(path)?.[1];
    if (option !== undefined) return json(options[option]);
    if (path.endsWith('/site_settings.json')) return json(settings[query.replace('names=', '')]);
    if (path.endsWith('/env.json')) return { status: 200, body: own('greenlight-env.json') };
    if (path.endsWith('/rooms/q7w-3rk-z9p-m2d/public.json'))
      return { status: 200, body: own('greenlight-room-public.json') };
    const file = files[path.replace(/^\/bigbluebutton\/api\/?/, '')];
    // Ages are computed with the server's clock.
    const headers = { date: new Date(recordedAt).toUTCString() };
    return file === undefined ? { status: 404, body: '' } : { status: 200, headers, body: own(file) };
  });
}

/** One Nextcloud as an account sees it. */
export function replayTalk(
  recordedAt: number,
  files: Partial<Record<'anonymous' | 'account' | 'list', string>> = {},
): Promise<SimulatorServer> {
  const byPath: Record<string, string> = {
    [paths.rooms]: files.list ?? 'room-list-owner-no-last-message.json',
    [paths.listed]: 'listed-rooms.json',
    [paths.signaling]: 'signaling-settings.json',
    [paths.self]: 'cloud-user-self.json',
  };
  return startSimulatorServer(({ path, headers }) => {
    const answer = (status: number, file: string) => ({
      status,
      headers: { date: new Date(recordedAt).toUTCString() },
      body: sample(`nextcloud-talk/${file}`),
    });
    const signedIn = headers.authorization !== undefined;
    if (path === paths.status) return answer(200, 'status.json');
    if (path === paths.capabilities && signedIn)
      return answer(200, files.account ?? 'capabilities-user-configured.json');
    if (path === paths.capabilities)
      return answer(200, files.anonymous ?? 'capabilities-anonymous-configured.json');
    if (!signedIn) return answer(401, 'error-no-credentials.json');
    const file = byPath[path];
    if (file !== undefined) return answer(200, file);
    if (path.endsWith('/participants')) return answer(412, 'error-lobby-participants.json');
    return answer(404, 'error-unknown-api-version.json');
  });
}
