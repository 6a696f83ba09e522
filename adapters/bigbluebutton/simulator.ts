import {
  type SimulatedAnswer,
  type SimulatedRequest,
  type SimulatorOptions,
  type SimulatorServer,
  startSimulatorServer,
} from '../contract/simulator.ts';
import { checksum } from './calls.ts';
import { answerGreenlight } from './simulator-greenlight.ts';
import type { BigBlueButtonWorld, SimulatedRecording } from './simulator-world.ts';
import {
  failed,
  hooksXml,
  meetingInfoXml,
  meetingsXml,
  type Playback,
  recordingsXml,
  rootXml,
} from './simulator-xml.ts';

export type * from './simulator-world.ts';
export { greenlightMetadata } from './simulator-world.ts';
export { attendeePassword, moderatorPassword } from './simulator-xml.ts';

export interface BigBlueButtonSimulator {
  simulator: SimulatorServer;
  /** The value for `url`. */
  url: string;
  /** The value for `greenlight.url`: the same host, as many installations have it. */
  greenlightUrl: string;
  /** May be changed between two scans. */
  world: BigBlueButtonWorld;
  close(): Promise<void>;
}

/** An installation on loopback that checks signatures, pages by playback format and misbehaves as told. */
export async function startBigBlueButton(
  world: BigBlueButtonWorld,
  options: SimulatorOptions = {},
): Promise<BigBlueButtonSimulator> {
  const running = { world };
  const createdAt = (world.clock?.() ?? Date.now()) - 1_800_000;
  const respond = (request: SimulatedRequest): SimulatedAnswer =>
    answer(request, { createdAt, ...running.world });
  const simulator = await startSimulatorServer(respond, options);
  return Object.assign(running, {
    simulator,
    url: `${simulator.origin}/bigbluebutton`,
    greenlightUrl: simulator.origin,
    close: () => simulator.close(),
  });
}

function answer(request: SimulatedRequest, world: BigBlueButtonWorld): SimulatedAnswer {
  const { path } = request;
  if (world.greenlight !== undefined && path.startsWith('/api/v1/'))
    return answerGreenlight(request, world.greenlight);
  const call = /^\/bigbluebutton\/api\/?(.*)$/.exec(path)?.[1];
  if (call === undefined)
    return { status: 404, headers: { 'content-type': 'text/html' }, body: '<html></html>' };
  const date = new Date(world.clock?.() ?? Date.now()).toUTCString();
  return {
    status: 200,
    headers: { 'content-type': 'text/xml', date },
    body: answerCall(call, request, world),
  };
}

function answerCall(call: string, { query, method }: SimulatedRequest, world: BigBlueButtonWorld): string {
  if (call === '') return rootXml(world);
  if (method !== 'GET' || (world.unchecked !== true && !isSigned(call, query, world)))
    return failed('checksumError', 'Checksums do not match');
  const parameters = new URLSearchParams(query);
  switch (call) {
    case 'getMeetings':
      return meetingsXml(world);
    case 'getMeetingInfo':
      return meetingInfoXml(world, parameters.get('meetingID') ?? '');
    case 'getRecordings':
      return recordings(parameters, world);
    case 'isMeetingRunning':
      return '<response><returncode>SUCCESS</returncode><running>false</running></response>';
    case 'hooks/list':
      if (world.balancer === undefined) return hooksXml(world.hooks ?? []);
  }
  return failed('unsupportedRequest', 'This request is not supported.');
}

const lengths: Readonly<Record<number, 'sha1' | 'sha256' | 'sha384' | 'sha512'>> = {
  40: 'sha1',
  64: 'sha256',
  96: 'sha384',
  128: 'sha512',
};

/** The algorithm is told from the length, the signed text is the query as it came without its checksum. */
function isSigned(
  call: string,
  query: string,
  { secret, algorithms, balancer }: BigBlueButtonWorld,
): boolean {
  const sent = /(?:^|&)checksum=([0-9a-fA-F]+)/.exec(query)?.[1] ?? '';
  const algorithm = lengths[sent.length];
  const known =
    algorithms ?? (balancer === undefined ? Object.values(lengths) : ['sha1', 'sha256', 'sha512']);
  if (algorithm === undefined || !known.includes(algorithm)) return false;
  const rest = query.replace(/&checksum=[^&]*|checksum=[^&]*&|checksum=[^&]*/, '');
  return sent.toLowerCase() === checksum(call, rest, secret, algorithm);
}

function recordings(parameters: URLSearchParams, world: BigBlueButtonWorld): string {
  const ids = parameters.get('meetingID')?.split(',');
  const { balancer } = world;
  if (balancer?.filteredOnly === true && ids === undefined && parameters.get('recordID') === null)
    return failed('missingParameters', 'param meetingID or recordID must be included.');
  const playbacks = (balancer?.recordingsDisabled === true ? [] : (world.recordings ?? []))
    .filter((recording) => isWanted(recording, parameters.get('state')))
    .filter(({ meetingId }) => ids === undefined || ids.includes(meetingId))
    .flatMap(playbacksOf);
  const limit = Number(parameters.get('limit') ?? 0);
  if (balancer !== undefined) return recordingsXml(playbacks, null);
  if (!Number.isInteger(limit) || limit < 1 || limit > 100) {
    const hidden = world.allowFetchAllRecordings === false && ids === undefined;
    return recordingsXml(hidden ? [] : playbacks, null);
  }
  const offset = Number(parameters.get('offset') ?? 0);
  return recordingsXml(playbacks.slice(offset, offset + limit), playbacks.length);
}

function isWanted({ state = 'published' }: SimulatedRecording, states: string | null): boolean {
  const wanted = states?.split(',') ?? ['published', 'unpublished'];
  return wanted.includes('any') || wanted.includes(state);
}

function playbacksOf(recording: SimulatedRecording): Playback[] {
  const formats = recording.formats ?? ['presentation'];
  return formats.length === 0
    ? [{ recording, format: null }]
    : formats.map((format) => ({ recording, format }));
}
